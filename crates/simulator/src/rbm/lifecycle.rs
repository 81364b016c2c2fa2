//! From acceptance to the phone, or to the end of the message's time.

use model::{Millis, Rng};

use super::{RbmMessage, RbmStatus};
use crate::people::{Entry, Line, Outcome};
use crate::world::{Change, Event, World};

/// How long the service keeps a message for a phone that is off, unless the message says otherwise.
const HELD: Millis = Millis::from_days(30);
/// After this a message that could not be taken back arrives.
const AFTER_ALL: Millis = Millis::from_mins(1);

impl World {
    pub(super) fn rbm_take(&mut self, id: &str, message: RbmMessage, ttl: Option<Millis>) {
        let mut draws = self.keyed("rbm", id);
        let slow = draws.below(200) < u64::from(self.knobs.slow_phones_percent);
        let wait = Millis(if slow { 60_000 + draws.below(3_600_000) } else { 300 + draws.below(2_700) } as i64);
        let never = matches!(self.outcomes.lookup(message.person, Line::Rcs, &message.to), Some(Outcome::NeverDelivered));
        let (at, end) = (self.now + wait, self.now + ttl.unwrap_or(HELD));
        self.rbm.messages.insert(id.to_owned(), message);
        if never || at >= end {
            self.agenda.add(end, Event::RbmExpires { id: id.to_owned() });
        } else {
            self.agenda.add(at, Event::RbmArrives { id: id.to_owned() });
        }
    }

    pub(crate) fn rbm_arrives(&mut self, id: &str) {
        let now = self.now;
        let Some(message) = self.rbm.messages.get_mut(id).filter(|message| message.status == RbmStatus::Accepted) else { return };
        message.status = RbmStatus::Delivered;
        let message = message.clone();
        let entry = Entry {
            seq: self.next_history(),
            at: now,
            line: Line::Rcs,
            from_business: true,
            business: message.agent.clone(),
            id: id.to_owned(),
            opaque: Some(id.to_owned()),
            kind: message.kind.clone(),
            shown: message.shown,
            context: None,
            read_at: None,
            delivered_at: Some(now),
            reaction: None,
            revoked: false,
        };
        let deeds = self.deeds_about(message.person, &entry);
        if let Some(person) = self.people.get_mut(message.person) {
            person.typing.remove(&entry.business);
            person.thread.push(entry);
        }
        self.plan(message.person, deeds);
        self.rbm_user_event(id, "DELIVERED");
        self.announce(Change::Phone { person: message.person });
    }

    pub(crate) fn rbm_expires(&mut self, id: &str) {
        if self.rbm.messages.get(id).is_none_or(|message| message.status != RbmStatus::Accepted) {
            return;
        }
        let percent = self.knobs.rbm.revoke_fails_percent;
        if self.chance("rbm-revoke", percent) {
            self.rbm_server_event(id, "TTL_EXPIRATION_REVOKE_FAILED");
            self.agenda.add(self.now + AFTER_ALL, Event::RbmArrives { id: id.to_owned() });
            return;
        }
        self.rbm_withdraw(id);
        self.rbm_server_event(id, "TTL_EXPIRATION_REVOKED");
    }

    /// The business wants it back. The answer is yes, whatever comes of it.
    pub(super) fn rbm_asked_back(&mut self, id: &str) {
        if !self.chance("rbm-asked-back", self.knobs.rbm.revoke_fails_percent) {
            self.rbm_withdraw(id);
        }
    }

    /// Takes a message back that has not arrived. What is on a phone stays there.
    pub(super) fn rbm_withdraw(&mut self, id: &str) {
        if let Some(message) = self.rbm.messages.get_mut(id).filter(|message| message.status == RbmStatus::Accepted) {
            message.status = RbmStatus::Revoked;
        }
    }
}
