//! The channel says that a person's address changed: a new number, a new business-scoped id.

use model::AddressKey;
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::json_text;
use model::timeline::TimelineKind;
use policy::consent::Scope;

use crate::work::Work;

impl Work<'_> {
    /// The new address joins the contact unless it is another's already; the old one leaves. Withdrawals go along, grants do not: consent was given for the old address
    /// (R-CON-4: unlinking never resurrects consent).
    pub fn address_changed(&mut self, from: &AddressKey, to: &[AddressKey], reason: &str) {
        let withdrawn: Vec<Scope> = self
            .state
            .consent
            .standing()
            .iter()
            .filter(|standing| standing.state == ConsentState::OptedOut && standing.scope.address == *from)
            .map(|standing| standing.scope.clone())
            .collect();
        for key in to {
            self.learn_address(key, true);
            for scope in &withdrawn {
                self.record_consent(&ConsentChange {
                    address: key.clone(),
                    channel: scope.channel,
                    purpose: scope.purpose,
                    topic: scope.topic.clone(),
                    state: ConsentState::OptedOut,
                    act: ConsentAct::PlatformSwitch,
                    wording: None,
                    source: format!("address_change:{reason}"),
                    actor: "system".to_owned(),
                    ip: None,
                    user_agent: None,
                    at: self.signal.event_time,
                    evidence: Some(from.to_string()),
                });
            }
        }
        if !to.contains(from) {
            self.state.contact.addresses.retain(|address| address.key != *from);
            self.changes.unlink.push(from.clone());
        }
        self.touch_contact();
        self.note(TimelineKind::ContactUpdated, json_text!({ "source": self.signal.source, "changed": ["addresses"], "reason": reason }));
        self.drain_emitted();
    }
}
