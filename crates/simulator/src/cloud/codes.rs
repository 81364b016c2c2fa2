//! Texts of the error codes that the simulator can give, for answers and for `failed` statuses.

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub code: u32,
    pub http: u16,
    pub title: &'static str,
    pub details: &'static str,
    pub transient: bool,
}

const fn row_of(code: u32, http: u16, title: &'static str, details: &'static str) -> Row {
    Row { code, http, title, details, transient: false }
}

const fn transient(code: u32, http: u16, title: &'static str, details: &'static str) -> Row {
    Row { code, http, title, details, transient: true }
}

const ROWS: &[Row] = &[
    transient(2, 503, "Service temporarily unavailable", "Temporary due to downtime or due to being overloaded."),
    transient(4, 400, "Application request limit reached", "The app has reached its API call rate limit."),
    row_of(10, 403, "Application does not have permission for this action", "Permission is either not granted or has been removed."),
    row_of(100, 400, "Invalid parameter", "Invalid parameter"),
    row_of(190, 401, "Access token has expired", "Your access token has expired."),
    row_of(
        368,
        403,
        "Temporarily blocked for policies violations",
        "The WhatsApp Business Account has been restricted for violating a platform policy.",
    ),
    transient(80007, 400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."),
    row_of(130403, 400, "User is blocked by the business", "The business has blocked this user."),
    transient(130429, 400, "Rate limit hit", "Cloud API message throughput has been reached."),
    row_of(
        130472,
        400,
        "User's number is part of an experiment",
        "Failed to send message because this user's phone number is part of an experiment",
    ),
    row_of(
        130497,
        403,
        "Business account is restricted from messaging users in this country",
        "The business is not allowed to message users in this country.",
    ),
    transient(131000, 500, "Something went wrong", "Message failed to send due to an unknown error."),
    row_of(131005, 403, "Access denied", "Permission is either not granted or has been removed."),
    row_of(131008, 400, "Required parameter is missing", "The request is missing a required parameter."),
    row_of(131009, 400, "Parameter value is not valid", "One or more parameter values are invalid."),
    transient(131016, 500, "Service unavailable", "A service is temporarily unavailable."),
    row_of(131021, 400, "Recipient cannot be sender", "Sender and recipient phone number is the same."),
    row_of(131026, 400, "Message undeliverable", "Message Undeliverable."),
    row_of(
        131031,
        403,
        "Account has been locked",
        "The WhatsApp Business Account has been restricted or disabled for violating a platform policy.",
    ),
    row_of(
        131042,
        400,
        "Business eligibility payment issue",
        "Message failed to send because there were one or more errors related to your payment method.",
    ),
    row_of(131045, 500, "Incorrect certificate", "Message failed to send due to a phone number registration error."),
    row_of(
        131047,
        400,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
    row_of(
        131048,
        400,
        "Spam rate limit hit",
        "Message failed to send because there are restrictions on how many messages can be sent from this phone number.",
    ),
    row_of(
        131049,
        400,
        "This message was not delivered to maintain healthy ecosystem engagement.",
        "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    ),
    row_of(
        131050,
        400,
        "User has stopped marketing messages",
        "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business.",
    ),
    row_of(131051, 400, "Unsupported message type", "Message type is not currently supported."),
    row_of(131052, 400, "Media download error", "Unable to download the media sent by the user."),
    row_of(131053, 400, "Media upload error", "Unable to upload the media used in the message."),
    transient(
        131056,
        400,
        "(Business Account, Consumer Account) pair rate limit hit",
        "Too many messages sent from the sender phone number to the same recipient phone number in a short period of time.",
    ),
    transient(131057, 500, "Account in maintenance mode", "Business Account is in maintenance mode"),
    row_of(131059, 400, "Cursor is no longer valid", "The paging cursor has expired."),
    row_of(
        132000,
        400,
        "Number of parameters does not match the expected number of params",
        "The number of variable parameter values in the request does not match the template.",
    ),
    row_of(
        132001,
        404,
        "Template name does not exist in the translation",
        "The template does not exist in the specified language or the template has not been approved.",
    ),
    row_of(132005, 400, "Translated text too long", "Translated text is too long."),
    row_of(132007, 400, "Template format character policy violated", "Template content violates a WhatsApp policy."),
    row_of(
        132012,
        400,
        "Parameter format does not match format in the created template",
        "Variable parameter values are formatted incorrectly.",
    ),
    row_of(132015, 400, "Template is paused", "Template is paused due to low quality so it cannot be sent in a template message."),
    row_of(
        132016,
        400,
        "Template is disabled",
        "Template has been paused too many times due to low quality and is now permanently disabled.",
    ),
    row_of(132018, 400, "There's an issue with the parameters in your template", "Template validation error."),
    row_of(133006, 400, "Phone number re-verification needed", "Phone number needs to be verified before registering."),
    row_of(133010, 400, "Phone number not registered", "Phone number not registered on the WhatsApp Business Platform."),
    row_of(134100, 400, "Only marketing messages are supported", "The template is not a marketing template."),
    row_of(135000, 400, "Generic user error", "Message failed to send because of an unknown error with your request parameters."),
    row_of(136024, 400, "Request code error", "The code could not be sent."),
    row_of(136025, 400, "Verify code error", "The code is not the one that was sent, or it has expired."),
    row_of(137000, 400, "Identity key mismatch", "Recipient identity key hash does not match the value of recipient_identity_key_hash."),
    row_of(139001, 400, "Flow can't be updated", "You attempted to update a flow that has been published."),
    row_of(139002, 400, "Publishing of Flow failed", "The flow cannot be published as it is."),
    row_of(139003, 400, "Can't deprecate Flow", "Only a published flow can be deprecated."),
    row_of(139004, 400, "Can't delete Flow", "Only a draft can be deleted."),
    row_of(139100, 400, "Failed to block/unblock users", "Failed to block/unblock some users."),
    row_of(2593107, 400, "History sync limit reached", "This can be synchronised only once."),
    row_of(2593108, 400, "History sync outside of its time", "This can be synchronised only within 24 hours of onboarding."),
];

/// The row of a code; a code outside the table gets a neutral text.
pub fn row(code: u32) -> Row {
    ROWS.iter().find(|row| row.code == code).copied().unwrap_or(row_of(
        code,
        400,
        "Message failed to send",
        "The message could not be sent.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_once_in_order() {
        assert!(ROWS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
