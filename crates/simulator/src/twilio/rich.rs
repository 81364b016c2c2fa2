//! What RCS adds to a text: a choice of channel, taps, and being read.

use crate::people::{Line, PersonId, Tap};
use crate::world::{Change, World};

impl World {
    /// A service with an RCS sender writes by it to phones that have RCS, and by a number to the rest.
    pub(super) fn prefer_rcs(&mut self, sid: &str) {
        let Some(message) = self.twilio.messages.get(sid).filter(|message| message.from.is_none()) else { return };
        let pool = self.config.twilio.services.iter().find(|s| Some(&s.sid) == message.service.as_ref());
        let Some(agent) = pool.and_then(|pool| pool.rcs.clone()) else { return };
        if self.people.get(message.person).is_some_and(|who| who.on_rcs)
            && let Some(message) = self.twilio.messages.get_mut(sid)
        {
            message.from = Some(agent);
        }
    }

    /// Taps a button that answers.
    pub(crate) fn twilio_tap(&mut self, person: PersonId, business: &str, message: &str, tap: &Tap) -> String {
        self.twilio_inbound(person, business, &tap.title, None, Some((message, tap)))
    }

    /// Opens the conversation: everything up to this message is read, and the business hears of each unless the person keeps that private.
    pub(crate) fn twilio_read(&mut self, person: PersonId, message: &str) {
        let now = self.now;
        let Some(who) = self.people.get_mut(person) else { return };
        let private = !who.read_receipts;
        let Some(business) = who.entry(message).map(|entry| entry.business.clone()) else { return };
        let mut read = Vec::new();
        for entry in who.thread.iter_mut().filter(|e| e.line == Line::Rcs && e.from_business && e.business == business) {
            if entry.read_at.is_none() {
                entry.read_at = Some(now);
                read.push(entry.id.clone());
            }
            if entry.id == message {
                break;
            }
        }
        for sid in read.iter().filter(|_| !private) {
            if let Some(message) = self.twilio.messages.get_mut(sid) {
                (message.status, message.updated) = ("read", now);
                self.post_sms_status(sid);
            }
        }
        self.announce(Change::Phone { person });
    }
}
