//! What others tell us about the contact.

use model::contact::{ContactPatch, ZoneEvidence, ZoneSource};
use model::json_text;
use model::timeline::TimelineKind;
use model::{Address, AddressKey};

use crate::work::Work;

impl Work<'_> {
    pub fn update_contact(&mut self, patch: &ContactPatch) {
        if self.apply_patch(patch) {
            self.note(TimelineKind::ContactUpdated, json_text!({ "source": self.signal.source, "changed": named(patch) }));
        }
    }

    /// Merges a patch; answers whether anything changed. A `null` attribute removes it.
    pub fn apply_patch(&mut self, patch: &ContactPatch) -> bool {
        let now = self.now;
        let contact = &mut self.state.contact;
        let mut changed = false;
        if patch.name.is_some() && contact.name != patch.name {
            contact.name.clone_from(&patch.name);
            changed = true;
        }
        if patch.locale.is_some() && contact.locale != patch.locale {
            contact.locale.clone_from(&patch.locale);
            changed = true;
        }
        if patch.preferred_channel.is_some() && contact.preferred_channel != patch.preferred_channel {
            contact.preferred_channel = patch.preferred_channel;
            changed = true;
        }
        if let Some(zone) = &patch.time_zone {
            let told = ZoneEvidence { source: ZoneSource::Declared, zone: zone.clone(), at: now };
            changed |= contact.zones.first() != Some(&told);
            contact.zones.retain(|evidence| evidence.source != ZoneSource::Declared);
            contact.zones.push(told);
            contact.zones.sort_by_key(|evidence| evidence.source);
        }
        for (name, value) in &patch.attributes {
            if value.is_null() {
                changed |= contact.attributes.remove(name).is_some();
            } else if contact.attributes.get(name) != Some(value) {
                contact.attributes.insert(name.clone(), value.clone());
                changed = true;
            }
        }
        let known = contact.addresses.len();
        for key in &patch.addresses {
            self.learn_address(key, false);
        }
        changed |= self.state.contact.addresses.len() != known;
        if changed {
            self.touch_contact();
        }
        changed
    }

    /// Adds an address unless it is another contact's, or marks it as proved. `verified` when the person wrote from it or the provider named it for them.
    pub fn learn_address(&mut self, key: &AddressKey, verified: bool) {
        if let Some(known) = self.state.contact.addresses.iter_mut().find(|address| address.key == *key) {
            if verified && !known.verified {
                known.verified = true;
                self.touch_contact();
            }
            return;
        }
        let signal = self.signal;
        if self.is_taken(key) {
            // Two contacts with one address would each keep their own refusals of it (R-CON-4).
            if !self.state.of_others.contains(key) {
                self.state.of_others.push(key.clone());
                self.note(TimelineKind::AddressElsewhere, json_text!({ "address": key.to_string(), "source": signal.source }));
            }
            return;
        }
        self.state.of_others.retain(|other| other != key);
        let mut address = Address::new(key.clone(), &signal.source, self.now);
        address.verified = verified;
        self.state.contact.addresses.push(address);
        self.changes.link.push(key.clone());
        self.touch_contact();
        self.note(TimelineKind::AddressAdded, json_text!({ "kind": key.kind, "source": signal.source }));
    }
}

fn named(patch: &ContactPatch) -> Vec<&str> {
    let own = [
        ("name", patch.name.is_some()),
        ("locale", patch.locale.is_some()),
        ("time_zone", patch.time_zone.is_some()),
        ("preferred_channel", patch.preferred_channel.is_some()),
        ("addresses", !patch.addresses.is_empty()),
    ];
    own.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).chain(patch.attributes.keys().map(String::as_str)).collect()
}
