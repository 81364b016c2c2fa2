//! What people do with an agent's messages.

use model::Millis;
use serde_json::{Value, json};

use crate::people::{Entry, Line, PersonId, Shown, Tap};
use crate::world::{Change, World};

/// How long an indicator is shown when no message comes.
const TYPING_SHOWN: Millis = Millis::from_secs(20);

impl World {
    /// Writes to an agent. Returns the id of the message.
    pub(crate) fn rbm_inbound(&mut self, person: PersonId, agent: &str, text: &str) -> String {
        self.rbm_says(person, agent, "text", Shown::text(text), None, &json!({ "text": text }))
    }

    /// Taps a suggestion that answers.
    pub(crate) fn rbm_tap(&mut self, person: PersonId, agent: &str, message: &str, tap: &Tap) -> String {
        let told = json!({ "suggestionResponse": { "postbackData": tap.id, "text": tap.title, "type": "REPLY" } });
        self.rbm_says(person, agent, "tap", Shown::text(&tap.title), Some(message), &told)
    }

    /// Opens the conversation: everything up to this message is read, and the agent hears of each unless the person keeps that private.
    pub(crate) fn rbm_read(&mut self, person: PersonId, message: &str) {
        let now = self.now;
        let Some(who) = self.people.get_mut(person) else { return };
        let private = !who.read_receipts;
        let Some(agent) = who.entry(message).map(|entry| entry.business.clone()) else { return };
        let mut read = Vec::new();
        for entry in who.thread.iter_mut().filter(|e| e.line == Line::Rcs && e.from_business && e.business == agent && e.read_at.is_none())
        {
            entry.read_at = Some(now);
            read.push(entry.id.clone());
            if entry.id == message {
                break;
            }
        }
        if !private {
            read.iter().for_each(|id| self.rbm_user_event(id, "READ"));
        }
        self.announce(Change::Phone { person });
    }

    /// The agent has read what this person wrote, up to this message.
    pub(super) fn rbm_agent_read(&mut self, person: PersonId, agent: &str, message: &str) {
        let now = self.now;
        let Some(who) = self.people.get_mut(person).filter(|who| who.entry(message).is_some()) else { return };
        for entry in who.thread.iter_mut().filter(|e| e.line == Line::Rcs && !e.from_business && e.business == agent) {
            entry.read_at.get_or_insert(now);
            if entry.id == message {
                break;
            }
        }
        self.announce(Change::Phone { person });
    }

    pub(super) fn rbm_agent_types(&mut self, person: PersonId, agent: &str) {
        let until = self.now + TYPING_SHOWN;
        if let Some(who) = self.people.get_mut(person) {
            who.typing.insert(agent.to_owned(), until);
        }
        self.announce(Change::Phone { person });
    }

    /// Switches off what is not essential, or on again.
    pub fn person_subscribes_rcs(&mut self, person: PersonId, agent: &str, wanted: bool) {
        let Some(phone) = self.people.get(person).map(|who| who.phone.clone()) else { return };
        let event = json!({
            "senderPhoneNumber": phone, "eventType": if wanted { "SUBSCRIBE" } else { "UNSUBSCRIBE" },
            "eventId": self.mint.hex("rbm-event", 16), "sendTime": self.now.to_string(), "agentId": agent,
        });
        self.post_rbm(agent, &event, Vec::new());
    }

    fn rbm_says(&mut self, person: PersonId, agent: &str, kind: &str, shown: Shown, context: Option<&str>, told: &Value) -> String {
        let id = format!("Mx{}", self.mint.hex("rbm-inbound", 16));
        let phone = self.people.get(person).map(|who| who.phone.clone()).unwrap_or_default();
        let entry = Entry {
            seq: self.next_history(),
            at: self.now,
            line: Line::Rcs,
            from_business: false,
            business: agent.to_owned(),
            id: id.clone(),
            opaque: None,
            kind: kind.to_owned(),
            shown,
            context: context.map(str::to_owned),
            read_at: None,
            delivered_at: None,
            reaction: None,
            revoked: false,
        };
        if let Some(who) = self.people.get_mut(person) {
            who.thread.push(entry);
        }
        let mut event = json!({ "senderPhoneNumber": phone, "messageId": id, "sendTime": self.now.to_string(), "agentId": agent });
        if let (Some(event), Some(told)) = (event.as_object_mut(), told.as_object()) {
            event.extend(told.clone());
        }
        self.post_rbm(agent, &event, vec![id.clone()]);
        self.announce(Change::Phone { person });
        id
    }
}
