//! Telnyx's codes become the product's remedies. Page: "Messaging error codes".

use model::Millis;
use model::send_error::{FallbackCause as Cause, Remedy, SendError};
use serde::Deserialize;
use serde_json::Value;

const MINUTE: Remedy = Remedy::SlowSender { after: Millis::from_mins(1) };

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    errors: Vec<Fault>,
}

/// One entry of `errors`, in an answer and in a status alike.
#[derive(Deserialize)]
pub(crate) struct Fault {
    /// A text in answers, at times a number in statuses.
    #[serde(default)]
    code: Value,
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
}

impl Fault {
    fn number(&self) -> u64 {
        self.code.as_u64().or_else(|| self.code.as_str()?.parse().ok()).unwrap_or(0)
    }
}

/// Code, what to do, and the edge that a journey takes.
fn remedy(code: u64) -> Option<(Remedy, Cause)> {
    Some(match code {
        40_300 => (Remedy::RevokeConsent, Cause::OptedOut),
        10_002 | 10_016 | 40_001 | 40_310 => (Remedy::SuppressAddress { retry_after: None }, Cause::NotCapable),
        40_012 | 40_301 | 40_319 => (Remedy::SuppressAddress { retry_after: Some(Millis::from_days(30)) }, Cause::NotCapable),
        40_004..=40_006 | 40_008 | 40_014 => (Remedy::NextChannel, Cause::NotDelivered),
        40_002 | 40_003 | 40_015 | 40_017 | 40_309 | 40_322 => (Remedy::NextChannel, Cause::Rejected),
        10_011 | 40_011 | 40_016 | 40_018 | 40_318 | 40_320 => (MINUTE, Cause::Rejected),
        10_001 | 10_009 | 10_010 | 20_000..=20_999 | 40_010 | 40_013 | 40_100 | 40_150 | 40_151 => {
            (Remedy::PauseSender, Cause::SenderUnavailable)
        }
        40_305 | 40_306 | 40_308 | 40_311..=40_315 | 40_321 | 40_329 => (Remedy::PauseSender, Cause::SenderUnavailable),
        10_003..=10_006 | 10_015 | 40_009 | 40_302 | 40_304 | 40_316 | 40_317 | 40_328 => (Remedy::FixData, Cause::Rejected),
        _ => return None,
    })
}

/// The country of the number does not take this sender: another channel may reach the person, this sender never will.
pub(crate) fn sender_refused(error: &phone::SenderRefused) -> SendError {
    let (remedy, cause, code) = match error {
        phone::SenderRefused::NameTooLong(_) => (Remedy::FixData, Cause::Rejected, "telnyx:sender_name"),
        phone::SenderRefused::Forbidden { .. } => (Remedy::NextChannel, Cause::NotCapable, "telnyx:sender_country"),
    };
    SendError { remedy, cause, code: code.to_owned(), for_user: error.to_string() }
}

/// An answer of 4xx.
pub(crate) fn of_answer(status: u16, body: &[u8]) -> SendError {
    let otherwise = match status {
        429 => (MINUTE, Cause::Rejected),
        401 | 403 | 404 => (Remedy::PauseSender, Cause::SenderUnavailable),
        _ => (Remedy::FixData, Cause::Rejected),
    };
    let faults = serde_json::from_slice::<Failure>(body).map(|failure| failure.errors).unwrap_or_default();
    told(faults.first(), otherwise, &format!("HTTP {status}"))
}

/// The reason of a message that did not arrive.
pub(crate) fn of_status(fault: Option<&Fault>, word: &str) -> SendError {
    told(fault, (Remedy::NextChannel, Cause::NotDelivered), word)
}

fn told(fault: Option<&Fault>, otherwise: (Remedy, Cause), without: &str) -> SendError {
    let code = fault.map_or(0, Fault::number);
    let (remedy, cause) = remedy(code).unwrap_or(otherwise);
    let said = fault.map(|fault| if fault.detail.is_empty() { &fault.title } else { &fault.detail }).filter(|said| !said.is_empty());
    let for_user = format!("Telnyx says: {}; its page of messaging error codes names the way out", said.map_or(without, String::as_str));
    SendError { remedy, cause, code: format!("telnyx:{code}"), for_user }
}
