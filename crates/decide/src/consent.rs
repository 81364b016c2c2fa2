//! Consent changes: one ledger entry each, then what is queued is looked at again at once.

use model::ConsentId;
use model::consent::{ConsentChange, ConsentState};
use model::json_text;
use model::timeline::TimelineKind;

use crate::work::Work;

impl Work<'_> {
    pub fn consent_changed(&mut self, change: &ConsentChange) {
        self.learn_address(&change.address, false);
        let entry = self.record_consent(change);
        self.reply("entry_id", entry.to_string());
        self.drain_emitted();
    }

    /// Appends to the contact's chain. A withdrawal takes back at once what is queued against it (R-CON-3).
    pub fn record_consent(&mut self, change: &ConsentChange) -> ConsentId {
        let now = self.now;
        let id = ConsentId::mint(now, self.draws());
        let entry = self.state.consent.record(id, self.signal.workspace, self.state.contact.id, change.clone(), now);
        let data = json_text!({
            "entry": entry.id, "address": change.address.to_string(), "channel": change.channel, "purpose": change.purpose, "topic": change.topic,
            "state": change.state, "act": change.act, "source": change.source, "actor": change.actor,
        });
        self.changes.ledger.push(entry);
        self.note(TimelineKind::ConsentChanged, data);
        if change.state == ConsentState::OptedOut {
            if self.is_taken(&change.address) {
                self.elsewhere.push(change.clone());
            }
            self.cancel_without_consent();
        }
        id
    }
}
