//! Google's answers become the product's remedies. Page: "Send messages".

use model::Millis;
use model::send_error::{FallbackCause as Cause, Remedy, SendError};
use serde::Deserialize;

/// How long an address counts as one that RCS does not reach: Google asks to keep such an answer for about a day.
const UNREACHABLE: Remedy = Remedy::SuppressAddress { retry_after: Some(Millis::from_hours(24)) };

#[derive(Deserialize)]
struct Failure {
    error: Fault,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    message: String,
}

/// An answer of 3xx or 4xx. `fresh` says that the token was given just now, so that another one would do no better.
pub(crate) fn of_answer(status: u16, body: &[u8], fresh: bool) -> SendError {
    let fault = serde_json::from_slice::<Failure>(body).ok().map(|failure| failure.error);
    let (remedy, cause, way_out) = match status {
        404 => (UNREACHABLE, Cause::NotCapable, "this number has no RCS now, or the agent is not launched for it"),
        403 => (UNREACHABLE, Cause::NotCapable, "the agent may not write to this number: look where it is launched"),
        401 if !fresh => {
            (Remedy::Retry { after: Millis::from_secs(1) }, Cause::Rejected, "the token had ended early; another one is asked for")
        }
        401 => (Remedy::PauseSender, Cause::SenderUnavailable, "check the service account, and that it belongs to the agent"),
        429 => (Remedy::SlowSender { after: Millis::from_secs(10) }, Cause::Rejected, "the agent's rate is used up"),
        _ => (Remedy::FixData, Cause::Rejected, "the request is wrong, and repeating it is useless"),
    };
    let said = fault.as_ref().map(|fault| fault.message.as_str()).filter(|text| !text.is_empty());
    SendError {
        remedy,
        cause,
        code: format!("rcs:{status}"),
        for_user: format!("Google says: {}; {way_out}", said.unwrap_or("nothing more")),
    }
}

/// The time that the message had to be delivered in is over, and Google has taken it back.
pub(crate) fn expired() -> SendError {
    SendError {
        remedy: Remedy::NextChannel,
        cause: Cause::NotDelivered,
        code: "rcs:expired".to_owned(),
        for_user: "the phone was not reached in time, and the message was taken back: another channel may go".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_its_reaction() {
        let body = include_bytes!("../testdata/error_404.json");
        let error = of_answer(404, body, true);
        assert_eq!((error.remedy, error.cause, error.code.as_str()), (UNREACHABLE, Cause::NotCapable, "rcs:404"));
        assert!(error.for_user.contains("cannot be reached by RBM"), "{}", error.for_user);
        let table = [
            (403, true, UNREACHABLE, Cause::NotCapable),
            (401, false, Remedy::Retry { after: Millis::from_secs(1) }, Cause::Rejected),
            (401, true, Remedy::PauseSender, Cause::SenderUnavailable),
            (429, true, Remedy::SlowSender { after: Millis::from_secs(10) }, Cause::Rejected),
            (400, true, Remedy::FixData, Cause::Rejected),
        ];
        for (status, fresh, remedy, cause) in table {
            let error = of_answer(status, b"no json", fresh);
            assert_eq!((error.remedy, error.cause, error.code), (remedy, cause, format!("rcs:{status}")));
        }
    }
}
