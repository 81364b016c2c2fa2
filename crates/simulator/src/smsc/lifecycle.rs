//! From the centre to the phone, and the receipt that tells of it.

use super::ReceiptStyle;
use super::pdu::Delivery;
use super::state::Taken;
use super::submit::{DELIVERED, EXPIRED};
use crate::people::{Entry, Line, Shown};
use crate::world::{Change, World};

/// A receipt, as the class of a delivery.
const RECEIPT: u8 = 0x04;

impl World {
    pub(crate) fn smsc_end(&mut self, id: u64, state: u8, err: u32) {
        let Some(taken) = self.smsc.taken.remove(&id) else { return };
        if state == DELIVERED {
            self.smsc_arrives(id, &taken);
        }
        let wanted = match taken.registered & 0x03 {
            1 => true,
            2 => state != DELIVERED,
            3 => state == DELIVERED,
            _ => false,
        };
        let knobs = self.knobs.smsc.clone();
        if !wanted || knobs.no_receipts {
            return;
        }
        let name = if knobs.hex_answers { format!("{id:010}") } else { id.to_string() };
        let word = match state {
            DELIVERED => "DELIVRD",
            EXPIRED => "EXPIRED",
            _ => "UNDELIV",
        };
        let stamp = |at: model::Timestamp| at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).strftime("%y%m%d%H%M").to_string();
        let full = format!(
            "id:{name} sub:001 dlvrd:{:03} submit date:{} done date:{} stat:{word} err:{err:03} text:{}",
            u8::from(state == DELIVERED),
            stamp(taken.submitted),
            stamp(self.now),
            taken.text.chars().filter(char::is_ascii).take(20).collect::<String>()
        );
        let (octets, receipted) = match knobs.receipts {
            ReceiptStyle::Both => (full.into_bytes(), Some((name, state))),
            ReceiptStyle::Text => (full.into_bytes(), None),
            ReceiptStyle::Parameters => (Vec::new(), Some((name, state))),
            ReceiptStyle::Terse => (format!("Stat:{word} ID:{name}").into_bytes(), None),
        };
        let network_code = u16::try_from(err).ok().filter(|_| knobs.receipts == ReceiptStyle::Terse && state != DELIVERED);
        let delivery = Delivery {
            source: taken.destination,
            destination: taken.source,
            esm_class: RECEIPT,
            data_coding: 0,
            octets,
            receipted,
            network_code,
            sar: None,
        };
        if knobs.duplicate_receipts {
            self.smsc.outgoing.push_back(delivery.clone());
        }
        self.smsc.outgoing.push_back(delivery);
    }

    /// Phones show a text when its last part is there.
    fn smsc_arrives(&mut self, id: u64, taken: &Taken) {
        let text = match taken.place {
            None => taken.text.clone(),
            Some((reference, total, number)) => {
                let key = (taken.person, taken.source.clone(), reference, total);
                let parts = self.smsc.on_phone.entry(key.clone()).or_default();
                parts.insert(number, taken.text.clone());
                if parts.len() < usize::from(total) {
                    return;
                }
                self.smsc.on_phone.remove(&key).unwrap_or_default().into_values().collect()
            }
        };
        let entry = Entry {
            seq: self.next_history(),
            at: self.now,
            line: Line::Sms,
            from_business: true,
            business: taken.source.clone(),
            id: format!("smsc-{id}"),
            opaque: None,
            kind: "sms".to_owned(),
            shown: Shown::text(text),
            context: None,
            read_at: None,
            delivered_at: Some(self.now),
            reaction: None,
            revoked: false,
        };
        let deeds = self.deeds_about(taken.person, &entry);
        if let Some(person) = self.people.get_mut(taken.person) {
            person.thread.push(entry);
        }
        self.plan(taken.person, deeds);
        self.announce(Change::Phone { person: taken.person });
    }
}
