//! Telnyx's codes: what each is called, how it is answered, and which one stands for a scripted outcome.

/// The name of a code.
#[must_use]
pub fn title(code: u32) -> &'static str {
    match code {
        10004 => "Missing required parameter",
        10005 => "Resource not found",
        10007 => "Unexpected error",
        10009 => "Authentication failed",
        10011 => "Too many requests",
        10015 => "Bad Request",
        40001 => "Not routable",
        40002 => "Blocked as spam - temporary",
        40005 => "Message expired during transmission",
        40006 => "Recipient server unavailable",
        40008 => "Undeliverable",
        40010 => "Not 10DLC registered",
        40012 => "Invalid messaging destination number",
        40300 => "Blocked due to STOP message",
        40302 => "Message too large",
        40305 => "Invalid 'from' address",
        40310 => "Invalid 'to' address",
        40316 => "No content provided",
        40317 => "Invalid MMS content",
        _ => "Message could not be handled",
    }
}

/// How a refusal is answered.
#[must_use]
pub fn http_status(code: u32) -> u16 {
    match code {
        10004 => 422,
        10005 => 404,
        10007 => 503,
        10009 => 401,
        10011 => 429,
        _ => 400,
    }
}

/// Outcomes are scripted with Twilio's codes, so that one script serves every way of texting. A code of Telnyx's own stays.
#[must_use]
pub fn of_script(code: u32) -> u32 {
    match code {
        20429 => 10011,
        21211 => 40310,
        21610 => 40300,
        21614 | 30005 => 40012,
        30003 => 40006,
        30006 => 40001,
        30007 => 40002,
        30008 => 40008,
        30034 => 40010,
        30036 => 40005,
        own => own,
    }
}

/// Codes of what never leaves Telnyx: the message ends as `sending_failed` and was never `sent`.
#[must_use]
pub fn before_the_carrier(code: u32) -> bool {
    matches!(code, 40001 | 40010 | 40012)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{Line, Outcome, Outcomes};

    #[test]
    fn every_scripted_ending_of_a_number_has_a_code_with_a_name() {
        let mut seen = 0;
        for rule in Outcomes::magic().rules.into_iter().filter(|rule| rule.line == Line::Sms) {
            let (Outcome::Refuse { code } | Outcome::RefuseFirst { code, .. } | Outcome::Fail { code }) = rule.outcome else { continue };
            let own = of_script(code);
            assert!((10_000..20_000).contains(&own) || (40_000..50_000).contains(&own), "{code} has no counterpart");
            assert_ne!(title(own), title(0), "{own} has no name");
            seen += 1;
        }
        assert_eq!(seen, 10);
    }
}
