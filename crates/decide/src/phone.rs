//! The business wrote in the app of a phone that has one of our numbers: the thread shows it, and no bot talks into it.
//!
//! It was sent without us, so no rule is asked and nothing is planned. It opens no service window (only the person's own words do).

use model::case::{Handoff, HandoffReason, Priority};
use model::inbound::{InboundContent, PhoneMessage};
use model::json_text;
use model::message::{Class, Origin};
use model::timeline::TimelineKind;
use model::{AddressKey, AddressKind, Channel, Direction, Message, MessageId, MessageStatus, SenderId, Timestamp};

use crate::amend::EarlyChange;
use crate::work::Work;

/// What is known of a message that did not go out through us.
pub(crate) struct Outside<'a> {
    pub direction: Direction,
    pub channel: Channel,
    pub sender: SenderId,
    /// The person's, best first.
    pub addresses: &'a [AddressKey],
    pub provider_id: &'a str,
    pub content: &'a InboundContent,
    pub status: MessageStatus,
    pub at: Timestamp,
}

impl Work<'_> {
    pub fn sent_by_phone(&mut self, sent: &PhoneMessage) {
        if let Some(change) = EarlyChange::of(&sent.content, sent.sent_at) {
            self.amended_by_phone(change);
            return;
        }
        for key in &sent.to {
            self.learn_address(key, false);
        }
        if self.state.contact.name.is_none() && sent.profile_name.is_some() {
            self.state.contact.name.clone_from(&sent.profile_name);
            self.touch_contact();
        }
        // A journey that is under way would answer next: a person has the word now, as if they had opened the case here (R-INB-4).
        if !self.state.runs.is_empty() && !conversation::human_owns(&self.state.thread) {
            let handoff = Handoff {
                reason: HandoffReason::Agent,
                summary: format!("Written on the phone: “{}”", sent.content.summary()),
                fields: serde_json::Map::new(),
                journey: None,
                step: None,
            };
            self.open_case(self.catalogue.default_queue.clone(), Priority::Normal, handoff, None);
        }
        let message = self.message_outside(&Outside {
            direction: Direction::Out,
            channel: sent.channel,
            sender: sent.sender,
            addresses: &sent.to,
            provider_id: &sent.provider_id,
            content: &sent.content,
            status: MessageStatus::Accepted,
            at: sent.sent_at,
        });
        let id = message.id;
        conversation::on_outbound(&mut self.state.thread, &message, self.now);
        conversation::acts::answered_elsewhere(&mut self.state.thread, self.now);
        self.touch_thread();
        let line =
            self.note(TimelineKind::MessageRecorded, json_text!({ "channel": sent.channel, "summary": message.summary(), "by": "phone" }));
        line.at = sent.sent_at;
        line.message = Some(id);
        self.save_message(message);
        self.reply("message_id", id.to_string());
        self.drain_emitted();
    }

    /// The business changed or took back what it wrote on the phone. Of a message that is not known nothing can be said.
    fn amended_by_phone(&mut self, change: EarlyChange) {
        let by_phone = |message: &&Message| message.direction == Direction::Out && message.origin == Origin::Phone;
        match self.named.filter(by_phone).cloned() {
            Some(message) => self.amend(&change, message),
            None => self.state.early.push(change),
        }
        self.drain_emitted();
    }

    /// A message as its provider told it, which is all that is known of it.
    pub(crate) fn message_outside(&mut self, said: &Outside<'_>) -> Message {
        let (origin, id) = match said.direction {
            Direction::In => (Origin::Contact, MessageId::mint(self.now, self.draws())),
            Direction::Out => (Origin::Phone, MessageId::mint(self.now, self.draws())),
        };
        let mut message = Message {
            id,
            workspace: self.signal.workspace,
            contact: self.state.contact.id,
            conversation: self.state.thread.id,
            case: self.state.thread.case.as_ref().filter(|case| case.resolved_at.is_none()).map(|case| case.id),
            direction: said.direction,
            channel: said.channel,
            sender: said.sender,
            address: said.addresses.first().cloned().unwrap_or_else(|| AddressKey::new(AddressKind::External, "unknown")),
            origin,
            class: Class::Agent,
            purpose: None,
            status: said.status,
            times: [(said.status, said.at)].into(),
            created_at: self.now,
            not_before: None,
            content: None,
            received: Some(said.content.clone()),
            decision: None,
            provider_id: Some(said.provider_id.to_owned()),
            attempts: 0,
            error: None,
            price: None,
            double_reach: false,
            in_reply_to: self.named.map(|message| message.id),
            edited_at: None,
            revoked_at: None,
            intent: None,
            seal: None,
        };
        self.amend_early(&mut message);
        message
    }
}
