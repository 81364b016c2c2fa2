//! The business wrote in the app of a phone that has one of our numbers: the thread shows it, and no bot talks into it.
//!
//! It was sent without us, so no rule is asked and nothing is planned. It opens no service window (only the person's own words do).

use model::case::{Handoff, HandoffReason, Priority};
use model::inbound::PhoneMessage;
use model::json_text;
use model::message::{Class, Origin};
use model::timeline::TimelineKind;
use model::{AddressKey, AddressKind, Direction, Message, MessageId, MessageStatus};

use crate::work::Work;

impl Work<'_> {
    pub fn sent_by_phone(&mut self, sent: &PhoneMessage) {
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
        let message = self.message_by_phone(sent);
        let id = message.id;
        conversation::on_outbound(&mut self.state.thread, &message, self.now);
        conversation::acts::answered_elsewhere(&mut self.state.thread, self.now);
        self.touch_thread();
        let line =
            self.note(TimelineKind::MessageSent, json_text!({ "channel": sent.channel, "summary": message.summary(), "by": "phone" }));
        line.at = sent.sent_at;
        line.message = Some(id);
        self.save_message(message);
        self.reply("message_id", id.to_string());
        self.drain_emitted();
    }

    fn message_by_phone(&mut self, sent: &PhoneMessage) -> Message {
        let address = sent.to.first().cloned().unwrap_or_else(|| AddressKey::new(AddressKind::External, "unknown"));
        Message {
            id: MessageId::mint(self.now, self.draws()),
            workspace: self.signal.workspace,
            contact: self.state.contact.id,
            conversation: self.state.thread.id,
            case: self.state.thread.case.as_ref().filter(|case| case.resolved_at.is_none()).map(|case| case.id),
            direction: Direction::Out,
            channel: sent.channel,
            sender: sent.sender,
            address,
            origin: Origin::Phone,
            class: Class::Agent,
            purpose: None,
            status: MessageStatus::Accepted,
            times: [(MessageStatus::Accepted, sent.sent_at)].into(),
            created_at: self.now,
            not_before: None,
            content: None,
            // As the provider told it, which is all that is known of it.
            received: Some(sent.content.clone()),
            decision: None,
            provider_id: Some(sent.provider_id.clone()),
            attempts: 0,
            error: None,
            price: None,
            double_reach: false,
            in_reply_to: self.named.map(|message| message.id),
            edited_at: None,
            revoked_at: None,
            intent: None,
            seal: None,
        }
    }
}
