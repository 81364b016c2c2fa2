//! Twilio's codes become the product's remedies. Page: "Error and warning dictionary".

use http_client::{HttpError, HttpErrorKind};
use model::send_error::{FallbackCause as Cause, Remedy, SendError};
use model::{Channel, Millis};

/// What to do about a group of codes.
struct Row {
    codes: &'static [i64],
    remedy: Remedy,
    cause: Cause,
    meaning: &'static str,
    advice: &'static str,
}

const MONTH: Remedy = Remedy::SuppressAddress { retry_after: Some(Millis::from_days(30)) };
const FOR_EVER: Remedy = Remedy::SuppressAddress { retry_after: None };
const MINUTE: Remedy = Remedy::SlowSender { after: Millis::from_mins(1) };

const ROWS: &[Row] = &[
    Row {
        codes: &[21610],
        remedy: Remedy::RevokeConsent,
        cause: Cause::OptedOut,
        meaning: "the person replied STOP to this sender",
        advice: "nothing more is sent until they write START",
    },
    Row {
        codes: &[21211, 21214, 21217, 21401, 21614],
        remedy: FOR_EVER,
        cause: Cause::NotCapable,
        meaning: "not a number that can receive SMS",
        advice: "correct the number in the contact",
    },
    Row {
        codes: &[30005, 30006, 60005],
        remedy: MONTH,
        cause: Cause::NotCapable,
        meaning: "unknown number, landline, or a carrier that cannot be reached",
        advice: "the number is left alone for a month; ask the person for another",
    },
    Row {
        codes: &[30003, 30008, 30410, 30017],
        remedy: Remedy::NextChannel,
        cause: Cause::NotDelivered,
        meaning: "the phone or the carrier could not be reached now",
        advice: "another channel is used, or a later message",
    },
    Row {
        codes: &[30036],
        remedy: Remedy::NextChannel,
        cause: Cause::NotDelivered,
        meaning: "the message's time was over before it could be delivered",
        advice: "another channel is used",
    },
    Row {
        codes: &[30004, 30007, 30450, 30453],
        remedy: Remedy::NextChannel,
        cause: Cause::Rejected,
        meaning: "a carrier or Twilio's fraud protection filtered the message",
        advice: "change the wording and links; look at the sender's reputation",
    },
    Row {
        codes: &[30034, 30042, 30909, 30930],
        remedy: Remedy::PauseSender,
        cause: Cause::SenderUnavailable,
        meaning: "the sender is not registered for this kind of traffic",
        advice: "finish the registration of brand, campaign or sender id at Twilio",
    },
    Row {
        codes: &[20003, 20404, 21603, 21606, 21701, 21703, 21704],
        remedy: Remedy::PauseSender,
        cause: Cause::SenderUnavailable,
        meaning: "the account, token, number or messaging service is not right",
        advice: "check account SID, auth token, number and messaging service in the sender's settings",
    },
    Row {
        codes: &[21408, 21612],
        remedy: Remedy::NextChannel,
        cause: Cause::NotCapable,
        meaning: "this sender cannot reach this country or number",
        advice: "allow the country in Twilio's geographic permissions, or use another sender",
    },
    Row {
        codes: &[20429, 21611, 30001, 63018],
        remedy: MINUTE,
        cause: Cause::Rejected,
        meaning: "too many messages in a short time",
        advice: "the sender is slowed down; nothing to do",
    },
    Row {
        codes: &[63038],
        remedy: Remedy::SlowSender { after: Millis::from_hours(1) },
        cause: Cause::Rejected,
        meaning: "the account's daily limit is reached",
        advice: "raise the limit at Twilio, or wait for the next day",
    },
    Row {
        codes: &[63036],
        remedy: Remedy::NextChannel,
        cause: Cause::NotCapable,
        meaning: "the phone cannot be reached by RCS",
        advice: "SMS or another channel is used",
    },
    Row {
        codes: &[63016],
        remedy: Remedy::WindowClosed,
        cause: Cause::WindowClosed,
        meaning: "the window for free messages is closed",
        advice: "a template is needed",
    },
    Row {
        codes: &[63003, 63005, 63010, 63012, 63024],
        remedy: Remedy::NextChannel,
        cause: Cause::Rejected,
        meaning: "the rich channel refused the message",
        advice: "another channel is used",
    },
    Row {
        codes: &[21608],
        remedy: Remedy::FixData,
        cause: Cause::Rejected,
        meaning: "a trial account sends only to verified numbers",
        advice: "verify the number at Twilio, or upgrade the account",
    },
    Row {
        codes: &[21617, 21619, 21620, 21654, 21655, 21656, 35111, 35114, 35118],
        remedy: Remedy::FixData,
        cause: Cause::Rejected,
        meaning: "the message's text, media or schedule is not valid",
        advice: "the explanation names the part",
    },
    Row {
        codes: &[11200, 11205, 11210, 11220, 12300],
        remedy: Remedy::FixData,
        cause: Cause::Rejected,
        meaning: "Twilio could not reach our webhook",
        advice: "check the public address and the proxy in front of it",
    },
];

/// A code of Twilio's. `http` is the status of the answer, `None` for a code in a status callback.
pub(crate) fn send_error(code: i64, http: Option<u16>, explanation: &str) -> SendError {
    let row = ROWS.iter().find(|row| row.codes.contains(&code));
    let (remedy, cause, meaning, advice) = match row {
        Some(row) => (row.remedy.clone(), row.cause, row.meaning, row.advice),
        None => {
            let (remedy, cause) = by_status(http);
            (remedy, cause, "a code that is not in the table", "look it up in Twilio's error dictionary")
        }
    };
    let detail = if explanation.is_empty() { String::new() } else { format!(" ({explanation})") };
    SendError { remedy, cause, code: format!("twilio:{code}"), for_user: format!("{meaning}{detail}; {advice}") }
}

const fn by_status(http: Option<u16>) -> (Remedy, Cause) {
    match http {
        // It came in a status callback: the message did not arrive and will not.
        None => (Remedy::NextChannel, Cause::NotDelivered),
        Some(429) => (MINUTE, Cause::Rejected),
        Some(401 | 403 | 404) => (Remedy::PauseSender, Cause::SenderUnavailable),
        Some(_) => (Remedy::FixData, Cause::Rejected),
    }
}

/// Where RCS is the channel itself, a phone without it is left alone for a day. Where Twilio chose between channels, the number may have another.
pub(crate) fn on(channel: Channel, error: SendError) -> SendError {
    match error.code.as_str() {
        "twilio:63036" if channel == Channel::Rcs => {
            SendError { remedy: Remedy::SuppressAddress { retry_after: Some(Millis::from_days(1)) }, ..error }
        }
        _ => error,
    }
}

/// A request that certainly did not leave.
pub(crate) fn not_sent(error: &HttpError) -> SendError {
    let repairable = error.kind == HttpErrorKind::NotConnected;
    SendError {
        remedy: if repairable { Remedy::Retry { after: Millis::from_secs(5) } } else { Remedy::PauseSender },
        cause: if repairable { Cause::Rejected } else { Cause::SenderUnavailable },
        code: format!("http:{}", error.kind.as_str()),
        for_user: format!("the provider could not be reached ({error}); check the network, and the base address in the sender's settings"),
    }
}

/// The country of the number does not take this sender: another channel may reach the person, this sender never will.
pub(crate) fn sender_refused(error: &phone::SenderRefused) -> SendError {
    match error {
        phone::SenderRefused::NameTooLong(_) => fix("sender_name", error.to_string()),
        phone::SenderRefused::Forbidden { .. } => SendError {
            remedy: Remedy::NextChannel,
            cause: Cause::NotCapable,
            code: "sms:sender_country".to_owned(),
            for_user: error.to_string(),
        },
    }
}

/// Names the registration that the country asks of this sender, where missing it explains the error.
pub(crate) fn with_registration(mut error: SendError, from: Option<&str>, to: &str) -> SendError {
    let explains = matches!(error.cause, Cause::SenderUnavailable | Cause::Rejected | Cause::NotDelivered);
    if let Some(rule) = from.filter(|_| explains).and_then(|from| phone::registration(from, to)) {
        error.for_user.push_str("; ");
        error.for_user.push_str(rule.text);
    }
    error
}

/// Our own data cannot be said on this channel.
pub(crate) fn fix(code: &str, for_user: impl Into<String>) -> SendError {
    SendError { remedy: Remedy::FixData, cause: Cause::Rejected, code: format!("sms:{code}"), for_user: for_user.into() }
}

/// Content that SMS does not carry.
pub(crate) fn not_carried(what: &str) -> SendError {
    let for_user = format!("SMS cannot carry {what}; give the step a text for SMS");
    SendError { remedy: Remedy::NextChannel, cause: Cause::NotCapable, code: "sms:content".to_owned(), for_user }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_listed_twice() {
        let mut all: Vec<i64> = ROWS.iter().flat_map(|row| row.codes).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn codes_that_matter_have_the_remedy_that_the_rules_name() {
        let mapped = |code: i64, http: Option<u16>| {
            let error = send_error(code, http, "");
            (error.remedy, error.cause)
        };
        assert_eq!(mapped(21610, Some(400)), (Remedy::RevokeConsent, Cause::OptedOut));
        assert_eq!(mapped(21211, Some(400)), (FOR_EVER, Cause::NotCapable));
        assert_eq!(mapped(30003, None), (Remedy::NextChannel, Cause::NotDelivered));
        assert_eq!(mapped(20429, Some(429)), (MINUTE, Cause::Rejected));
        assert_eq!(mapped(30034, None), (Remedy::PauseSender, Cause::SenderUnavailable));
        assert_eq!(mapped(99999, Some(401)), (Remedy::PauseSender, Cause::SenderUnavailable));
        assert_eq!(mapped(99999, None), (Remedy::NextChannel, Cause::NotDelivered));
        assert_eq!(mapped(99999, Some(400)), (Remedy::FixData, Cause::Rejected));
    }
}
