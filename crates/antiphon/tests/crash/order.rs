//! Order: what was accepted one after the other for one person is handed to the provider in that order. What the network does with it then is
//! beyond anybody's power.
//!
//! A message in doubt is overtaken by design: its successors do not wait for minutes. Such cases are counted apart, as are those that the
//! provider refused at first. Everything else that overtakes is a violation.

use std::collections::BTreeMap;

use crate::evidence::{Evidence, reference, text};
use crate::load::{NOTES, gets_notes, note};
use crate::report::Report;

pub fn judge(evidence: &Evidence, people: usize, report: &mut Report) {
    let mut arrived: BTreeMap<&str, &str> = BTreeMap::new();
    for row in &evidence.truth {
        if let Some(key) = evidence.key_in(text(row, "text")) {
            arrived.entry(key).or_insert(reference(text(row, "opaque")));
        }
    }
    let smooth = |id: &str| {
        let message = evidence.ours.iter().find(|message| text(message, "id") == id);
        message.is_some_and(|message| message["times"]["in_doubt"].is_null() && message["attempts"] == 1)
    };
    for n in (0..people).filter(|n| gets_notes(*n)) {
        let mut notes = Vec::new();
        for key in (1..=NOTES).map(|k| note(n, k)) {
            let Some(id) = arrived.get(key.as_str()) else { continue };
            match evidence.taken.get(*id) {
                Some((place, _)) => notes.push((key, *place, *id)),
                None => report.faults.push(format!("{key} is on the phone, and no call for {id} is in the provider's log")),
            }
        }
        for pair in notes.windows(2) {
            let [(earlier, first, id), (later, second, _)] = pair else { continue };
            report.in_order += usize::from(first < second);
            if first > second && smooth(id) {
                report.misordered.push(format!("{later} was handed over before {earlier} ({id}), which was never in doubt"));
            } else if first > second {
                report.overtaken += 1;
            }
        }
    }
}
