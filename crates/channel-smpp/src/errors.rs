//! Codes of message centres become the product's remedies. SMPP 3.4, table 5-2; vendors add their own from 0x400.

use model::Millis;
use model::send_error::{FallbackCause as Cause, Remedy, SendError};

pub(crate) const OK: u32 = 0;
pub(crate) const INVALID_COMMAND: u32 = 0x03;
/// The receiver will never take it: it is not to be given again.
pub(crate) const NEVER: u32 = 0x65;
/// The receiver cannot take it now: it is to be given again.
pub(crate) const TRY_AGAIN: u32 = 0x64;

const SOON: Remedy = Remedy::Retry { after: Millis::from_secs(30) };
const FOR_EVER: Remedy = Remedy::SuppressAddress { retry_after: None };

/// The centre wants fewer messages: nothing is wrong with this one.
pub(crate) const fn is_throttling(status: u32) -> bool {
    matches!(status, 0x58 | 0x14)
}

/// Binds that a person must repair; trying on would lock the account at many operators.
pub(crate) const fn is_bad_credentials(status: u32) -> bool {
    matches!(status, 0x0d | 0x0e | 0x0f | 0x53)
}

/// What a refused message means.
pub(crate) fn send_error(status: u32) -> SendError {
    let (remedy, cause, meaning, advice) = row(status);
    SendError { remedy, cause, code: format!("smpp:0x{status:02x}"), for_user: format!("{meaning}; {advice}") }
}

fn row(status: u32) -> (Remedy, Cause, &'static str, &'static str) {
    match status {
        0x14 | 0x58 => (
            Remedy::SlowSender { after: Millis::from_secs(10) },
            Cause::Rejected,
            "the message centre takes no more messages for now",
            "the sender is slowed down; nothing to do",
        ),
        0x08 | 0x45 | 0x64 | 0xfe => {
            (SOON, Cause::Rejected, "the message centre could not take the message now", "it is tried again a little later")
        }
        0x0b | 0x50 | 0x51 => (FOR_EVER, Cause::NotCapable, "not a number that can receive SMS here", "correct the number in the contact"),
        0x0a | 0x48 | 0x49 => (
            Remedy::PauseSender,
            Cause::SenderUnavailable,
            "the message centre does not accept this sender's number or name",
            "register it with the operator, or correct the sender's address and its kind",
        ),
        0x04 | 0x05 | 0x0d | 0x0e | 0x0f | 0x53 => (
            Remedy::PauseSender,
            Cause::SenderUnavailable,
            "the message centre does not accept the bind",
            "check system id, password, system type and bind mode in the sender's settings",
        ),
        0x15 | 0x100 | 0x101 | 0x102 | 0x103 => (
            Remedy::PauseSender,
            Cause::SenderUnavailable,
            "the account is not allowed to send this kind of message",
            "ask the operator what the account may do",
        ),
        0x01 | 0x02 | 0x03 | 0x43 | 0x61 | 0x62 | 0xc0..=0xc4 | 0x104 => (
            Remedy::FixData,
            Cause::Rejected,
            "the message centre finds the request wrong",
            "check how long texts are cut, the default alphabet and the validity in the sender's settings",
        ),
        0x65 | 0x66 => (Remedy::NextChannel, Cause::Rejected, "the message centre refused the message", "another channel is used"),
        _ => (
            Remedy::NextChannel,
            Cause::Rejected,
            "a code that is not in the table",
            "look it up in the operator's documents; another channel is used",
        ),
    }
}

/// What a receipt says of a message that did not arrive.
pub(crate) fn not_delivered(state: &str, err: Option<&str>) -> SendError {
    let (remedy, meaning) = match state {
        "EXPIRED" => (Remedy::NextChannel, "the message's time was over before the phone could be reached"),
        "REJECTD" => (Remedy::NextChannel, "the network refused the message"),
        "DELETED" => (Remedy::NextChannel, "the message was deleted at the message centre"),
        _ => (Remedy::NextChannel, "the phone or its network could not be reached"),
    };
    let detail = err.filter(|err| !err.trim_start_matches('0').is_empty()).map(|err| format!(" (network code {err})")).unwrap_or_default();
    SendError {
        remedy,
        cause: if state == "REJECTD" { Cause::Rejected } else { Cause::NotDelivered },
        code: format!("smpp:{}{}", state.to_ascii_lowercase(), err.map(|err| format!(":{err}")).unwrap_or_default()),
        for_user: format!("{meaning}{detail}; another channel is used, or a later message"),
    }
}

/// The sender cannot be used until its settings are corrected.
pub(crate) fn unusable(for_user: String) -> SendError {
    SendError { remedy: Remedy::PauseSender, cause: Cause::SenderUnavailable, code: "smpp:settings".to_owned(), for_user }
}

pub(crate) fn fix(code: &str, for_user: impl Into<String>) -> SendError {
    SendError { remedy: Remedy::FixData, cause: Cause::Rejected, code: format!("smpp:{code}"), for_user: for_user.into() }
}

pub(crate) fn not_carried(what: &str) -> SendError {
    let for_user = format!("SMS cannot carry {what}; give the step a text for SMS");
    SendError { remedy: Remedy::NextChannel, cause: Cause::NotCapable, code: "smpp:content".to_owned(), for_user }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_codes_has_its_remedy() {
        let remedy = |status| send_error(status).remedy;
        assert!([0x58, 0x14].into_iter().all(|s| is_throttling(s) && matches!(remedy(s), Remedy::SlowSender { .. })));
        assert!([0x08, 0x45, 0xfe].into_iter().all(|s| matches!(remedy(s), Remedy::Retry { .. })));
        assert!([0x0b, 0x50, 0x51].into_iter().all(|s| remedy(s) == FOR_EVER));
        assert!([0x0a, 0x48, 0x0e, 0x101].into_iter().all(|s| remedy(s) == Remedy::PauseSender));
        assert!([0x01, 0x61, 0xc2].into_iter().all(|s| remedy(s) == Remedy::FixData));
        assert!([0xff, 0x400, 0x4ff, 0xffff_ffff].into_iter().all(|s| remedy(s) == Remedy::NextChannel));
    }
}
