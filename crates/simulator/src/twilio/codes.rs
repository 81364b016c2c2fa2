//! Error texts and HTTP statuses (reference A.2; wording as in Twilio's error pages).

/// Text and status of a code that can stand in an HTTP answer.
pub fn refusal(code: u32, input: &str) -> (u16, String) {
    let bad = |text: &str| (400, text.to_owned());
    match code {
        20001 => (400, format!("Parameter '{input}' is not valid")),
        20003 => (401, "Authenticate".to_owned()),
        20404 => (404, format!("The requested resource {input} was not found")),
        20429 => bad_rate(),
        20500 => (503, "Service unavailable".to_owned()),
        21211 => (400, format!("The 'To' number {input} is not a valid phone number.")),
        21266 => bad("'To' and 'From' number cannot be the same"),
        21408 => (400, format!("Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {input}")),
        21603 => bad("A 'From' phone number is required."),
        21604 => bad("A 'To' phone number is required."),
        21606 => (
            400,
            format!(
                "The 'From' phone number provided ({input}) is not a valid message-capable Twilio phone number for this destination/account"
            ),
        ),
        21609 => (400, format!("The 'StatusCallback' URL {input} is not a valid URL.")),
        21610 => bad("Attempt to send to unsubscribed recipient"),
        21612 => (400, format!("Message cannot be sent with the current combination of 'To' ({input}) and/or 'From' parameters")),
        21614 => (400, format!("'To' number: {input} is not a valid mobile number")),
        21617 => bad("The concatenated message body exceeds the 1600 character limit"),
        21619 => bad("A text message body or media urls must be specified."),
        21620 => bad("Invalid media URL(s)"),
        21623 => bad("Number of media files exceeds allowed limit"),
        21655 => (400, format!("The ContentSid {input} is invalid")),
        21656 => bad("The ContentVariables parameter is invalid"),
        21701 => (400, format!("The Messaging Service {input} does not exist")),
        21704 => bad("The Messaging Service contains no phone numbers."),
        30409 => bad("Message is not in a state that can be changed"),
        35111 => bad("The 'SendAt' timestamp is missing"),
        35114 => bad("The 'SendAt' timestamp must be between 300 seconds and 35 days in the future"),
        35118 => bad("'MessagingServiceSid' is required to schedule a message"),
        other => (400, format!("The message was refused ({other})")),
    }
}

fn bad_rate() -> (u16, String) {
    (429, "Too Many Requests".to_owned())
}

/// `error_message` of a message that failed after acceptance.
pub fn failure(code: u32) -> &'static str {
    match code {
        30001 => "Queue overflow",
        30003 => "Unreachable destination handset",
        30004 => "Message blocked",
        30005 => "Unknown destination handset",
        30006 => "Landline or unreachable carrier",
        30007 => "Message filtered",
        30008 => "Unknown error",
        30034 => "Message from an unregistered number",
        30036 => "Validity period expired",
        63036 => "The recipient cannot be reached by RCS",
        _ => "Message could not be delivered",
    }
}
