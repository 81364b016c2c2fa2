//! From the queue to the phone, and the webhooks that tell of it.

use serde_json::{Value, json};

use super::TelnyxMessage;
use crate::people::{Entry, Line, Shown, ShownMedia};
use crate::world::{Change, World};

impl World {
    pub(crate) fn telnyx_status(&mut self, id: &str, status: &'static str, code: Option<u32>) {
        let now = self.now;
        let Some(message) = self.telnyx.messages.get_mut(id).filter(|message| !message.is_final()) else { return };
        message.status = status;
        message.code = code;
        let kind = if status == "sent" {
            message.sent = Some(now);
            "message.sent"
        } else {
            message.completed = Some(now);
            "message.finalized"
        };
        let message = message.clone();
        if status == "delivered" {
            self.telnyx_arrives(&message);
        }
        self.post_telnyx_event(kind, &message);
    }

    fn telnyx_arrives(&mut self, message: &TelnyxMessage) {
        let link = message.media.first().map(|(url, _)| url.clone());
        let media = link.map(|link| ShownMedia { kind: "image".into(), id: None, link: Some(link), filename: None });
        let kind = if media.is_some() { "mms" } else { "sms" };
        let entry = self.telnyx_entry(message, kind, Shown { media, ..Shown::text(message.text.clone()) });
        let deeds = self.deeds_about(message.person, &entry);
        if let Some(person) = self.people.get_mut(message.person) {
            person.thread.push(entry);
        }
        self.plan(message.person, deeds);
        self.announce(Change::Phone { person: message.person });
    }

    /// What a phone shows of a message.
    pub(super) fn telnyx_entry(&mut self, message: &TelnyxMessage, kind: &str, shown: Shown) -> Entry {
        Entry {
            seq: self.next_history(),
            at: self.now,
            line: Line::Sms,
            from_business: !message.inbound,
            business: if message.inbound { message.to.clone() } else { message.from.clone() },
            id: message.id.clone(),
            opaque: message.tags.first().cloned(),
            kind: kind.to_owned(),
            shown,
            context: None,
            read_at: None,
            delivered_at: (!message.inbound).then_some(self.now),
            reaction: None,
            revoked: false,
        }
    }

    /// To the message's own address, or to that of the profile.
    pub(super) fn post_telnyx_event(&mut self, kind: &str, message: &TelnyxMessage) {
        let Some(url) = message.webhook_url.clone().or_else(|| self.config.telnyx.webhook_url.clone()) else {
            return tracing::debug!(id = message.id, "The profile has no webhook");
        };
        let body: Value = json!({
            "data": {
                "event_type": kind,
                "id": self.mint.uuid("telnyx-event"),
                "occurred_at": self.now,
                "payload": message.json(&self.config.telnyx.profile_id),
                "record_type": "event",
            },
            "meta": { "attempt": 1, "delivered_to": url },
        });
        let carries = if message.inbound { vec![message.id.clone()] } else { Vec::new() };
        self.post_telnyx(&url, &body, carries);
    }
}
