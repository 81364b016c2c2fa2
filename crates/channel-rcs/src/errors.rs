//! Answers of the API become the product's remedies.

use model::Millis;
use model::send_error::{FallbackCause as Cause, Remedy, SendError};
use serde_json::Value;

/// How long a phone that has no RCS is left alone. People change phones, and networks switch RCS on.
const RECHECK: Millis = Millis::from_hours(24);

/// An answer of 3xx or 4xx.
pub(crate) fn of_answer(status: u16, body: &[u8]) -> SendError {
    let said = serde_json::from_slice::<Value>(body).ok();
    let said = said.as_ref().and_then(|value| value["error"]["message"].as_str()).unwrap_or_default();
    let (remedy, cause, meaning) = match status {
        404 => (
            Remedy::SuppressAddress { retry_after: Some(RECHECK) },
            Cause::NotCapable,
            "the phone has no RCS now, or the agent is not launched on its network",
        ),
        403 => (Remedy::NextChannel, Cause::NotCapable, "the agent is not launched on the phone's network, or may not write to it"),
        429 => (Remedy::SlowSender { after: Millis::from_secs(30) }, Cause::Rejected, "too many messages in too short a time"),
        401 => (Remedy::PauseSender, Cause::SenderUnavailable, "the service account is not let in"),
        _ => (Remedy::FixData, Cause::Rejected, "the message is not valid"),
    };
    let detail = if said.is_empty() { String::new() } else { format!(" ({said})") };
    SendError { remedy, cause, code: format!("rcs:{status}"), for_user: format!("{meaning}{detail}") }
}

/// The message's time to live is over and it was taken back: nobody will see it.
pub(crate) fn expired() -> SendError {
    SendError {
        remedy: Remedy::NextChannel,
        cause: Cause::NotDelivered,
        code: "rcs:expired".to_owned(),
        for_user: "the phone was not reached in time, and the message was taken back".to_owned(),
    }
}
