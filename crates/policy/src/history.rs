//! What was sent to a contact lately, for the caps (R-CAP-1): reserved when a message is queued, counted at hand-off, released when
//! it is known that it does not go. A message whose outcome nobody knows stays counted: the person may have got it.

use model::{Channel, MessageId, Millis, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

use crate::contest::{HORIZON_MAX, Side};
use crate::repeat::{REPEAT_MAX, Said};

/// The longest window of a cap, and so the longest memory: 90 days.
pub const LONGEST: Millis = Millis::from_days(90);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkState {
    /// Queued and not yet handed over: takes a place at any time, because it may go at any time.
    Reserved,
    /// Handed over at `at`.
    Counted,
}

model::compact_code!(MarkState { 1 Reserved, 2 Counted });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Mark {
    pub message: MessageId,
    pub at: Timestamp,
    pub channel: Channel,
    pub purpose: Purpose,
    pub state: MarkState,
    /// Whose message it was, as long as a contest may look at it (R-PRIO-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Somebody wrote it, or the law did: it is no pressure of ours (R-CAP-4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_person: bool,
    /// What it said, as long as a repeat may be told by it (R-DEDUP-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

model::compact_struct!(Mark { 1 message, 2 at, 3 channel, 4 purpose, 5 state, 6 side, 7 by_person, 8 said });

impl Mark {
    /// Whether the person may have got it.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.state == MarkState::Counted
    }
}

/// The marks of one contact over all linked addresses (R-CAP-2), one a message, in the order in which they were made.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct SendHistory {
    marks: Vec<Mark>,
}

model::compact_struct!(SendHistory { 1 marks });

impl SendHistory {
    /// Takes a place for a queued message. Again for the same message: moves it (another channel was chosen).
    pub fn reserve(&mut self, message: MessageId, at: Timestamp, channel: Channel, purpose: Purpose) {
        self.put(Mark { message, at, channel, purpose, state: MarkState::Reserved, side: None, by_person: false, said: None });
    }

    /// The message was handed over at `at`. Works without a reservation as well.
    pub fn count(&mut self, message: MessageId, at: Timestamp, channel: Channel, purpose: Purpose) {
        self.put(Mark { message, at, channel, purpose, state: MarkState::Counted, side: None, by_person: false, said: None });
    }

    /// Says whose a message is that was counted: others that would go soon after it lose to it.
    pub fn competes(&mut self, message: MessageId, side: Option<Side>) {
        if let Some(mark) = self.marks.iter_mut().find(|mark| mark.message == message) {
            mark.side = side;
        }
    }

    /// Says what a message said that was counted: the same words from somebody else are a repeat.
    pub fn said(&mut self, message: MessageId, said: Option<Said>) {
        if let Some(mark) = self.marks.iter_mut().find(|mark| mark.message == message) {
            mark.said = said;
        }
    }

    /// Says that a message that was counted is a person's own.
    pub fn by_person(&mut self, message: MessageId) {
        if let Some(mark) = self.marks.iter_mut().find(|mark| mark.message == message) {
            mark.by_person = true;
        }
    }

    /// The message did not go, or was refused before the provider accepted it: its place is free.
    pub fn release(&mut self, message: MessageId) {
        self.marks.retain(|m| m.message != message);
    }

    /// Forgets what no cap can see any more. Reservations stay until they are counted or released.
    pub fn prune(&mut self, now: Timestamp) {
        self.marks.retain(|m| m.state == MarkState::Reserved || now - m.at < LONGEST);
        for mark in self.marks.iter_mut().filter(|mark| mark.side.is_some() && now - mark.at >= HORIZON_MAX) {
            mark.side = None;
        }
        for mark in self.marks.iter_mut().filter(|mark| mark.said.is_some() && now - mark.at >= REPEAT_MAX) {
            mark.said = None;
        }
    }

    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    #[must_use]
    pub fn holds(&self, message: MessageId) -> bool {
        self.marks.iter().any(|m| m.message == message)
    }

    /// A message keeps the place that it had: who asked first goes first (see `caps`).
    fn put(&mut self, mark: Mark) {
        match self.marks.iter_mut().find(|m| m.message == mark.message) {
            Some(place) => *place = mark,
            None => self.marks.push(mark),
        }
    }
}
