//! From acceptance to the phone: sent, delivered, read, failed, and the webhooks that tell of it.

use model::{Draws, Millis, Rng, Timestamp};

use super::{CloudMessage, Delivery};
use crate::people::{Deed, Entry, Line, PersonId};
use crate::world::{Change, Event, World};

impl World {
    pub(crate) fn cloud_sent(&mut self, wamid: &str) {
        let now = self.now;
        let Some(message) = self.cloud.messages.get(wamid).filter(|m| m.delivery == Delivery::Accepted).cloned() else { return };
        let price = self.price(&message);
        if let Some(stored) = self.cloud.messages.get_mut(wamid) {
            stored.delivery = Delivery::Sent;
            stored.events.push(("SENT", now));
            (stored.pricing, stored.conversation) = price;
        }
        self.post_status(wamid, "sent", None);
        if let Some(target) = &message.reacts_to {
            // Reactions have no further status; they appear on the person's own message.
            return self.show_reaction(message.person, target, &message.shown.text);
        }
        if message.never_delivered {
            return;
        }
        let wait = latency(&mut self.keyed("latency", wamid), self.knobs.slow_phones_percent);
        let ttl = message.template.as_ref().and_then(|t| t.ttl_s).filter(|ttl| *ttl > 0);
        if ttl.is_none_or(|ttl| wait <= Millis::from_secs(ttl)) {
            self.agenda.add(now + wait, Event::CloudDelivered { wamid: wamid.to_owned() });
        }
    }

    /// The knob "status before the HTTP answer": the webhook is due at once.
    pub(super) fn cloud_sent_early(&mut self, wamid: &str) {
        self.rush = true;
        self.cloud_sent(wamid);
        self.rush = false;
    }

    pub(crate) fn cloud_delivered(&mut self, wamid: &str) {
        let now = self.now;
        let Some(message) = self.cloud.messages.get(wamid).filter(|m| m.delivery == Delivery::Sent).cloned() else { return };
        // Whoever blocked the business sees nothing, and the business sees one tick for ever.
        if self.people.get(message.person).is_none_or(|p| p.blocked.contains(&message.number)) {
            return;
        }
        let entry = entry_of(&message, self.next_history(), now);
        let deeds = self.deeds_about(message.person, &entry);
        let reads = deeds.iter().any(|(_, deed)| matches!(deed, Deed::Read { .. }));
        let receipts = self.people.get(message.person).is_some_and(|p| p.read_receipts);
        let skip = reads && receipts && self.chance("skip-delivered", self.knobs.read_without_delivered_percent);
        if let Some(stored) = self.cloud.messages.get_mut(wamid) {
            stored.delivery = Delivery::Delivered;
            stored.skip_delivered = skip;
            stored.events.push(("DELIVERED", now));
        }
        if let Some(person) = self.people.get_mut(message.person) {
            person.typing.remove(&entry.business);
            person.thread.push(entry);
        }
        if !skip {
            self.post_status(wamid, "delivered", None);
        }
        self.plan(message.person, deeds);
        self.announce(Change::Phone { person: message.person });
    }

    pub(crate) fn cloud_failed(&mut self, wamid: &str, code: u32) {
        let now = self.now;
        let Some(message) = self.cloud.messages.get_mut(wamid).filter(|m| m.delivery <= Delivery::Sent) else { return };
        message.delivery = Delivery::Failed;
        message.events.push(("FAILED", now));
        self.post_status(wamid, "failed", Some(code));
    }

    /// The end of a quality assessment that nobody decided: most templates turn out to be fine.
    pub(crate) fn cloud_released(&mut self, wamid: &str) {
        if let Some(message) = self.cloud.messages.get_mut(wamid).filter(|m| m.held) {
            message.held = false;
            self.cloud_sent(wamid);
        }
    }

    /// Releases or drops everything that waits for the assessment of a template.
    pub(super) fn settle_held(&mut self, template: &str, release: bool) {
        let waiting =
            |m: &&CloudMessage| m.held && m.delivery == Delivery::Accepted && m.template.as_ref().is_some_and(|t| t.id == template);
        let held: Vec<String> = self.cloud.messages.values().filter(waiting).map(|m| m.wamid.clone()).collect();
        for wamid in held {
            if release {
                self.cloud_released(&wamid);
            } else {
                self.cloud_failed(&wamid, 132015);
            }
        }
    }

    /// The person looks at a conversation: everything up to this message is read.
    pub(crate) fn cloud_read(&mut self, person: PersonId, wamid: &str) {
        let now = self.now;
        let Some(who) = self.people.get_mut(person) else { return };
        let Some(business) = who.entry(wamid).map(|entry| entry.business.clone()) else { return };
        let mut read = Vec::new();
        for entry in &mut who.thread {
            if entry.line == Line::WhatsApp && entry.from_business && entry.business == business && entry.read_at.is_none() {
                entry.read_at = Some(now);
                read.push(entry.id.clone());
            }
            if entry.id == wamid {
                break;
            }
        }
        let receipts = who.read_receipts;
        for wamid in read {
            let Some(message) = self.cloud.messages.get_mut(&wamid) else { continue };
            message.delivery = Delivery::Read;
            if receipts {
                message.events.push(("READ", now));
                self.post_status(&wamid, "read", None);
            }
        }
        self.announce(Change::Phone { person });
    }

    fn show_reaction(&mut self, person: PersonId, target: &str, emoji: &str) {
        if let Some(entry) = self.people.get_mut(person).and_then(|p| p.entry_mut(target)) {
            entry.reaction = (!emoji.is_empty()).then(|| emoji.to_owned());
        }
        self.announce(Change::Phone { person });
    }

    /// `status: read` from the business: the person's ticks turn blue, also on earlier messages.
    /// Everything up to the message gets its blue ticks. An indicator is shown until an answer arrives, and no longer than 25 s.
    pub(super) fn business_read(&mut self, person: PersonId, number: &str, wamid: &str, typing: bool) {
        let now = self.now;
        if let Some(who) = self.people.get_mut(person) {
            for entry in &mut who.thread {
                if entry.line == Line::WhatsApp && !entry.from_business && entry.business == number {
                    entry.read_at.get_or_insert(now);
                }
                if entry.id == wamid {
                    break;
                }
            }
            if typing {
                who.typing.insert(number.to_owned(), now + TYPING_SHOWN);
            }
        }
        self.announce(Change::Phone { person });
    }
}

/// How long an indicator is shown when no answer comes.
const TYPING_SHOWN: Millis = Millis::from_secs(25);

fn entry_of(message: &CloudMessage, seq: u64, now: Timestamp) -> Entry {
    Entry {
        seq,
        at: now,
        line: Line::WhatsApp,
        from_business: true,
        business: message.number.clone(),
        id: message.wamid.clone(),
        opaque: message.opaque.clone(),
        kind: message.kind.clone(),
        shown: message.shown.clone(),
        context: message.context.clone(),
        read_at: None,
        delivered_at: Some(now),
        reaction: None,
        revoked: false,
    }
}

/// Most phones are on; some are in a tunnel, a few are off for hours.
fn latency(draws: &mut Draws, slow_percent: u32) -> Millis {
    let slow = draws.below(100) < u64::from(slow_percent);
    Millis(match (slow, draws.below(4)) {
        (false, _) => 200 + draws.below(2_300),
        (true, 0) => 600_000 + draws.below(3 * 3_600_000),
        (true, _) => 10_000 + draws.below(110_000),
    } as i64)
}
