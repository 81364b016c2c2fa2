//! STOP: once it was acknowledged, no promotional message is handed to the provider any more.

use model::{Millis, Timestamp};
use serde_json::Value;

use crate::evidence::{Evidence, text};
use crate::report::Report;

/// A call that was on its way when the acknowledgement was given may still arrive.
const ON_ITS_WAY: Millis = Millis(500);

fn at(value: &Value) -> Option<Timestamp> {
    serde_json::from_value(value.clone()).ok()
}

/// When this person's first STOP on WhatsApp was acknowledged, by the provider's clock.
pub fn acknowledged(phone: &Value) -> Option<Timestamp> {
    let own = phone["whatsapp"].as_array()?.iter().filter(|entry| entry["from_business"] == false);
    own.filter(|entry| entry["shown"]["text"] == "STOP").filter_map(|entry| at(&entry["delivered_at"])).min()
}

pub fn judge(evidence: &Evidence, report: &mut Report) {
    for phone in &evidence.phones {
        let Some(stop) = acknowledged(phone) else { continue };
        report.stops += 1;
        for entry in phone["whatsapp"].as_array().into_iter().flatten() {
            let words = entry["shown"]["text"].as_str().unwrap_or_default();
            if entry["from_business"] != true || !words.starts_with("Offer ") {
                continue;
            }
            let called = evidence.taken.get(text(entry, "opaque")).map(|(_, at)| *at);
            if called.is_none_or(|called| called > stop + ON_ITS_WAY) {
                let phone = text(phone, "phone");
                report.after_stop.push(format!("{words} for {phone} called for at {called:?}; STOP was acknowledged at {stop}"));
            }
        }
    }
}
