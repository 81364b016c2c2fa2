//! What the gate must know for contests (R-PRIO-1): how important an author says a message is, and what else waits for the person.

use model::message::{Intent, Origin};
use model::sender::SenderStatus;
use model::{Message, MessageId, MessageStatus, Millis, Purpose};
use policy::{Rank, Rival, Said, Side, Weight};

use crate::work::Work;

impl Work<'_> {
    /// Whether a message competes for the person's attention. Then it never leaves in the step that plans it: whatever else the moment brings
    /// must have been planned too.
    pub(crate) fn competes(&self, origin: &Origin, purpose: Purpose) -> bool {
        self.catalogue.rulebook.contest.horizon_of(origin, purpose) > Millis::ZERO
    }

    /// What the file says that the message comes from. What comes through the API weighs nothing.
    pub(crate) fn weight(&self, origin: &Origin) -> Weight {
        match origin {
            Origin::Journey { journey, version, .. } => {
                let def = self.catalogue.journey(journey, version);
                def.map(|def| Weight { priority: def.priority, value: def.value }).unwrap_or_default()
            }
            Origin::Broadcast { broadcast, .. } => {
                let running = self.catalogue.broadcasts.get(broadcast);
                running.map(|of| Weight { priority: of.definition.priority, value: of.definition.value }).unwrap_or_default()
            }
            _ => Weight::default(),
        }
    }

    /// What waits beside a message that competes. What cannot leave (its sender or its broadcast stands still) holds up nobody.
    pub(crate) fn rivals(&self, this: Option<MessageId>, intent: &Intent) -> Vec<Rival> {
        if !self.competes(&intent.origin, intent.purpose) {
            return Vec::new();
        }
        let waiting = self.state.outbox.iter().filter(|other| other.status == MessageStatus::Queued && Some(other.id) != this);
        waiting.filter(|other| self.can_leave(other)).filter_map(|other| self.rival(other)).collect()
    }

    fn rival(&self, message: &Message) -> Option<Rival> {
        let intent = message.intent.as_deref()?;
        let side = Side::of(&intent.origin).filter(|_| self.competes(&intent.origin, intent.purpose))?;
        let rank = Rank::of(intent, message.id, self.weight(&intent.origin));
        Some(Rival { side, rank, from: message.not_before.unwrap_or(self.now) })
    }

    fn can_leave(&self, message: &Message) -> bool {
        let sender = self.catalogue.sender(message.sender);
        let stands_still = match &message.origin {
            Origin::Broadcast { broadcast, .. } => {
                let running = self.catalogue.broadcasts.get(broadcast);
                running.is_some_and(|running| running.phase() != crate::BroadcastPhase::Going)
            }
            _ => false,
        };
        sender.is_some_and(|sender| sender.status == SenderStatus::Active) && !stands_still
    }

    /// Remembers what the message said that was just counted, where its words may not be repeated (R-DEDUP-3).
    fn note_words(&mut self, message: &Message) {
        let purpose = message.purpose.unwrap_or(Purpose::Service);
        if self.catalogue.rulebook.repeat.within.contains_key(&purpose) {
            let said = message.content.as_ref().and_then(|content| Said::of(&message.origin, content));
            self.state.history.said(message.id, said);
        }
    }

    /// Remembers whose message was just counted, and what it said.
    pub(crate) fn note_side(&mut self, message: &Message) {
        self.note_words(message);
        if self.competes(&message.origin, message.purpose.unwrap_or(Purpose::Service)) {
            self.state.history.competes(message.id, Side::of(&message.origin));
        }
    }
}
