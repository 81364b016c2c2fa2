//! A person changes or deletes what they wrote.
//!
//! The stored message changes, because it is what people are shown; the words it had before stand on the timeline. What was deleted is
//! kept in the row for whoever must prove what was said, and is shown to nobody ([`Message::revoked_at`]). A journey that took the words as an
//! answer has gone on by them: an edit is no second answer. A withdrawal of consent counts however it was written.

use model::inbound::{InboundContent, InboundMessage};
use model::json_text;
use model::timeline::TimelineKind;
use model::{Direction, Message, Timestamp};
use serde::{Deserialize, Serialize};

use crate::work::Work;

/// An edit or a deletion that came before the message that it is about.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EarlyChange {
    /// The provider's id of the message.
    pub of: String,
    pub at: Timestamp,
    /// `None` with a deletion, and with an edit whose words did not come along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    pub deletes: bool,
}

model::compact_struct!(EarlyChange { 1 of, 2 at, 3 body, 4 deletes });

impl EarlyChange {
    pub(crate) fn of(content: &InboundContent, at: Timestamp) -> Option<Self> {
        let (of, body, deletes) = match content {
            InboundContent::Edit { of, body } => (of, body.clone(), false),
            InboundContent::Revoke { of } => (of, None, true),
            _ => return None,
        };
        Some(Self { of: of.clone(), at, body, deletes })
    }

    /// Answers the words that it had before, when it has others now.
    fn amend(&self, message: &mut Message) -> Option<String> {
        if self.deletes {
            message.revoked_at.get_or_insert(self.at);
            return None;
        }
        // Webhooks overtake each other: an older edit says nothing about how the message reads now.
        if message.edited_at.is_some_and(|newer| newer > self.at) {
            return None;
        }
        message.edited_at = Some(self.at);
        let words = self.body.as_ref()?;
        match message.received.as_mut()? {
            InboundContent::Text { body } => Some(std::mem::replace(body, words.clone())),
            InboundContent::Media(medium) => Some(medium.caption.replace(words.clone()).unwrap_or_default()),
            _ => None,
        }
    }
}

impl Work<'_> {
    /// Whether it was an edit or a deletion of a message that is known, which is thereby done.
    pub fn amended(&mut self, inbound: &InboundMessage) -> bool {
        let Some(change) = EarlyChange::of(&inbound.content, inbound.sent_at) else { return false };
        let Some(message) = self.named.filter(|message| message.direction == Direction::In).cloned() else {
            self.state.early.push(change);
            return false;
        };
        let id = message.id;
        self.amend(&change, message);
        if !change.deletes {
            self.heed_keywords(inbound, id);
        }
        self.drain_emitted();
        true
    }

    pub(crate) fn amend(&mut self, change: &EarlyChange, mut message: Message) {
        let (id, known) = (message.id, message.clone());
        let before = change.amend(&mut message);
        let (kind, data) = if change.deletes {
            (TimelineKind::MessageRevoked, json_text!({ "channel": message.channel }))
        } else {
            (TimelineKind::MessageEdited, json_text!({ "channel": message.channel, "before": before, "after": change.body }))
        };
        let line = self.note(kind, data);
        line.at = change.at;
        line.message = Some(id);
        conversation::on_amended(&mut self.state.thread, &known, &message);
        self.touch_thread();
        self.save_message(message);
        self.reply("message_id", id.to_string());
    }

    /// What was changed before it came.
    pub fn amend_early(&mut self, message: &mut Message) {
        let of_it = |change: &EarlyChange| message.provider_id.as_ref() == Some(&change.of);
        let (mut changes, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.state.early).into_iter().partition(of_it);
        self.state.early = others;
        changes.sort_by_key(|change| change.at);
        for change in changes {
            change.amend(message);
        }
    }
}
