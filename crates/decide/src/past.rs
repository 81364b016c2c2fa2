//! What both sides wrote before the number was connected: the thread shows where the conversation began, and nothing else happens.
//!
//! Nobody waits for an answer to it, so there is no unread message, no case, no window and no journey. One thing does count: whoever wrote
//! STOP then is not written to now, until they wrote START later (R-CON-4).

use model::inbound::{InboundContent, PastMessage};
use model::timeline::TimelineKind;
use model::{ConsentState, Direction, Message, json_text};
use policy::keywords::{Keyword, classify};

use crate::amend::EarlyChange;
use crate::compliance::Words;
use crate::phone::Outside;
use crate::work::Work;

impl Work<'_> {
    pub fn past(&mut self, said: &PastMessage) {
        for key in &said.with {
            self.learn_address(key, said.direction == Direction::In);
        }
        if let Some(change) = EarlyChange::of(&said.content, said.sent_at) {
            // Nobody has to look at that again.
            let unread = self.state.thread.unread;
            match self.named.cloned() {
                Some(message) => self.amend(&change, message),
                None => self.state.early.push(change),
            }
            self.state.thread.unread = unread;
            return;
        }
        if said.in_two
            && let Some(known) = self.named.filter(|message| message.provider_id.as_ref() == Some(&said.provider_id)).cloned()
        {
            self.complete(known, &said.content);
            return;
        }
        let message = self.message_outside(&Outside {
            direction: said.direction,
            channel: said.channel,
            sender: said.sender,
            addresses: &said.with,
            provider_id: &said.provider_id,
            content: &said.content,
            status: said.status,
            at: said.sent_at,
        });
        let id = message.id;
        conversation::on_past(&mut self.state.thread, &message, said.sent_at);
        let data = json_text!({ "channel": said.channel, "direction": said.direction, "summary": message.summary() });
        let line = self.note(TimelineKind::MessageImported, data);
        line.at = said.sent_at;
        line.message = Some(id);
        self.touch_thread();
        self.touch_contact();
        self.save_message(message);
        self.reply("message_id", id.to_string());
        if said.direction == Direction::In
            && let Some(words) = said.content.words()
        {
            let state = match classify(words) {
                Keyword::Stop => ConsentState::OptedOut,
                Keyword::Start => ConsentState::OptedIn,
                Keyword::Help | Keyword::PossibleStop | Keyword::None => return,
            };
            self.consent_by_words(&Words { channel: said.channel, from: &said.with, at: said.sent_at, message: id, past: true }, state);
        }
        self.drain_emitted();
    }

    /// A file and the place where it belongs come one after the other, in any order.
    fn complete(&mut self, mut known: Message, content: &InboundContent) {
        self.reply("message_id", known.id.to_string());
        let InboundContent::Media(_) = content else { return };
        if matches!(known.received, Some(InboundContent::Media(_))) {
            return;
        }
        known.received = Some(content.clone());
        let was_last = self.state.thread.last_message_id == Some(known.id);
        if was_last {
            self.state.thread.last_message = known.summary();
        }
        self.touch_thread();
        self.save_message(known);
    }
}
