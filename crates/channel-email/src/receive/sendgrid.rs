//! SendGrid's event webhook: a signed list of events.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Call, Heard, Received, Refused};
use model::Timestamp;
use serde_json::Value;

use super::said::{NAME, Said, kept, message, text, told};
use crate::errors;

const SIGNATURE: &str = "x-twilio-email-event-webhook-signature";
const TIMESTAMP: &str = "x-twilio-email-event-webhook-timestamp";
/// Bytes of an uncompressed point, which end the structure that the key is given in.
const POINT: usize = 65;
const SERVICE: &str = "sendgrid";

pub(super) fn receive(public_key: &str, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
    let (Some(signature), Some(at)) = (call.header(SIGNATURE), call.header(TIMESTAMP)) else { return Err(Refused::NoSignature) };
    let key = point(public_key).ok_or(Refused::BadSignature)?;
    let signature = STANDARD.decode(signature).map_err(|_| Refused::BadSignature)?;
    let signed = [at.as_bytes(), call.body].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(&signed, &signature).map_err(|_| Refused::BadSignature)?;
    let events: Vec<Value> = serde_json::from_slice(call.body).map_err(|error| Refused::BadBody(error.to_string()))?;
    Ok(events.iter().filter_map(|event| one(event, now)).collect::<Vec<_>>().into())
}

/// Whether this is a key as the service shows it: base64 of a P-256 key.
#[must_use]
pub fn is_sendgrid_key(public_key: &str) -> bool {
    point(public_key).is_some()
}

fn point(public_key: &str) -> Option<Vec<u8>> {
    let der = STANDARD.decode(public_key.trim()).ok()?;
    let point = der.get(der.len().checked_sub(POINT)?..)?;
    (point.first() == Some(&4)).then(|| point.to_vec())
}

fn one(event: &Value, now: Timestamp) -> Option<Received> {
    let about = message(text(event, NAME)).or_else(|| message(text(event, "smtp-id")));
    let said = text(event, "reason").or_else(|| text(event, "response")).unwrap_or_default();
    let status = text(event, "status").unwrap_or_default();
    let what = match text(event, "event").unwrap_or_default() {
        "delivered" => Said::Delivered,
        "bounce" if text(event, "type") == Some("blocked") => Said::Failed(errors::blocked(said)),
        "bounce" => Said::Failed(errors::bounced(if status.is_empty() { "5.1.1" } else { status }, said)),
        "dropped" => Said::Failed(match said {
            "Bounced Address" | "Invalid" => errors::bounced("5.1.1", said),
            _ => errors::blocked(said),
        }),
        "spamreport" => Said::Complained,
        "unsubscribe" | "group_unsubscribe" => Said::Unsubscribed,
        // On its way, and what is not looked at.
        "processed" | "open" | "click" => return None,
        other => return Some(kept(SERVICE, other, text(event, "sg_event_id").unwrap_or_default(), event)),
    };
    let told = told(SERVICE, what, about, text(event, "email"), now);
    Some(told.unwrap_or_else(|| kept(SERVICE, "unnamed", text(event, "sg_event_id").unwrap_or_default(), event)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn damaged_events_never_panic(at in 0_usize..6_000, byte: u8) {
            let mut bytes = include_bytes!("../../testdata/sendgrid_events.json").to_vec();
            let place = at % bytes.len();
            bytes[place] = byte;
            let cases: std::collections::BTreeMap<String, Vec<Value>> = serde_json::from_slice(&bytes).unwrap_or_default();
            for event in cases.values().flatten() {
                let _ = one(event, Timestamp::EPOCH);
            }
        }
    }

    #[test]
    fn a_key_is_a_point_on_the_curve_that_sendgrid_uses() {
        for bad in ["", "AAAA", "not base64", &STANDARD.encode([5; 91])] {
            assert!(!is_sendgrid_key(bad), "{bad}");
        }
    }
}
