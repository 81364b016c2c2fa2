//! What people write to the centre's numbers.

use super::pdu::Delivery;
use super::{LongTexts, text};
use crate::people::{Entry, Line, PersonId, Shown};
use crate::world::{Change, World};

/// Octets begin with a header.
const HEADER: u8 = 0x40;

impl World {
    /// Whether a business number is one of the message centre's.
    pub(crate) fn is_smsc_number(&self, business: &str) -> bool {
        self.config.smsc.addresses.iter().any(|address| address == business)
    }

    /// A person writes; the parts wait for a client. Returns the id in the person's thread.
    pub(crate) fn smsc_inbound(&mut self, person: PersonId, business: &str, words: &str) -> String {
        self.smsc.references = self.smsc.references.wrapping_add(1);
        let form = self.knobs.smsc.long_texts;
        let (data_coding, parts) = text::write(words, self.smsc.references, form);
        let source = self.people.get(person).map(|p| p.phone.clone()).unwrap_or_default();
        let headed = parts.len() > 1 && matches!(form, LongTexts::Udh8 | LongTexts::Udh16);
        let esm_class = if headed { HEADER } else { 0 };
        let deliveries = parts.into_iter().map(|(octets, sar)| Delivery {
            source: source.clone(),
            destination: business.to_owned(),
            esm_class,
            data_coding,
            octets,
            sar,
            ..Delivery::default()
        });
        self.smsc.outgoing.extend(deliveries);
        let seq = self.next_history();
        let id = format!("smsc-in-{seq}");
        let entry = Entry {
            seq,
            at: self.now,
            line: Line::Sms,
            from_business: false,
            business: business.to_owned(),
            id: id.clone(),
            opaque: None,
            kind: "sms".to_owned(),
            shown: Shown::text(words),
            context: None,
            read_at: None,
            delivered_at: None,
            reaction: None,
            revoked: false,
        };
        if let Some(who) = self.people.get_mut(person) {
            who.thread.push(entry);
        }
        self.announce(Change::Phone { person });
        id
    }

    /// The next thing for a client that is bound.
    pub(super) fn smsc_next(&mut self) -> Option<Delivery> {
        self.smsc.outgoing.pop_front()
    }

    /// It was not acknowledged: the next connection gets it.
    pub(super) fn smsc_give_back(&mut self, deliveries: Vec<Delivery>) {
        for delivery in deliveries.into_iter().rev() {
            self.smsc.outgoing.push_front(delivery);
        }
    }
}
