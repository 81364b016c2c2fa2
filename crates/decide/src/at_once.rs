//! Messages that leave in the step that made them: their sender kept a call free, so no time passes between the plan and the hand-off.
//!
//! The gate's one answer serves for both, as long as nothing that it looked at has changed in the rest of the step. What cannot leave like this
//! stays queued as ever, and the dispatcher asks again.

use model::message::{Intent, OnLate, Origin};
use model::{Message, MessageId, MessageStatus, Purpose, SenderId};

use crate::work::Work;

/// A message of this step that the gate let leave.
pub(crate) struct AtOnce {
    message: MessageId,
    seal: String,
    seen: Seen,
}

/// What may move between the gate's answer and the end of the step, of all that the gate looks at. Windows move before anything is planned, and
/// a message that is planned later takes no place under a cap from this one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    edits: u32,
    consents: usize,
    person_owns: bool,
    opt_out_suspected: bool,
}

impl Work<'_> {
    /// Senders by which a message may leave in this step: they keep a call free, and nothing that it could overtake is due or under way to the
    /// contact on their channel. Broadcasts are paced by their own planning, and what competes is decided about when all of it is known.
    pub(crate) fn room(&self, intent: &Intent) -> Vec<SenderId> {
        if matches!(intent.origin, Origin::Broadcast { .. }) || self.competes(&intent.origin, intent.purpose) {
            return Vec::new();
        }
        let later = |message: &Message| message.status == MessageStatus::Queued && message.not_before.is_some_and(|at| at > self.now);
        let free = |id: &&SenderId| {
            let channel = self.catalogue.sender(**id).map(|sender| sender.channel);
            channel.is_some_and(|channel| self.state.outbox.iter().all(|message| message.channel != channel || later(message)))
        };
        self.signal.permit.iter().filter(free).copied().collect()
    }

    /// Remembers a message that was just queued and may leave at the end of the step.
    pub(crate) fn may_leave(&mut self, message: MessageId, seal: String) {
        let seen = self.seen();
        self.at_once.push(AtOnce { message, seal, seen });
    }

    fn seen(&self) -> Seen {
        Seen {
            edits: self.contact_edits,
            consents: self.changes.ledger.len(),
            person_owns: conversation::human_owns(&self.state.thread),
            opt_out_suspected: self.state.opt_out_suspected.is_some(),
        }
    }

    /// At the end of the step: what was queued in it and was not taken back by it leaves, if the gate would still say the same.
    pub(crate) fn leave_at_once(&mut self) {
        for AtOnce { message: id, seal, seen } in std::mem::take(&mut self.at_once) {
            let waits = |message: &Message| message.id == id && message.status == MessageStatus::Queued;
            let Some(place) = self.state.outbox.iter().position(waits) else { continue };
            let on_late = self.state.outbox[place].intent.as_ref().map_or(OnLate::Skip, |intent| intent.on_late.clone());
            if self.seen() != seen || self.newer_with_key(Some(id), &on_late) {
                continue;
            }
            let mut message = self.state.outbox.remove(place);
            self.let_go(&mut message, seal, &on_late);
            if let Some(record) = self.changes.decisions.iter_mut().rfind(|record| Some(record.id) == message.decision) {
                record.stage = model::decision::Stage::HandOff;
            }
            self.state.outbox.insert(place, message);
            self.save_queued(id);
        }
    }

    /// The message is on its way from now on: marked durably, counted for the caps, sealed with the gate's decision.
    pub(crate) fn let_go(&mut self, message: &mut Message, seal: String, on_late: &OnLate) {
        message.attempts += 1;
        message.seal = Some(seal);
        message.advance(MessageStatus::Sending, self.now);
        self.state.history.count(message.id, self.now, message.channel, message.purpose.unwrap_or(Purpose::Service));
        self.note_side(message);
        self.watch_pressure(message);
        self.note_latest(message.id, on_late);
        self.changes.handed.push(message.id);
    }
}
