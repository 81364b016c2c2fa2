//! Contests: several senders of promotions want the same person within one decision horizon, and one of them gets the moment (R-PRIO-1).
//!
//! A contest is decided when a message could leave, among what is known then: what left within the horizon has won already, and of what waits
//! to leave within it the first by (class, priority, deadline, expected value, id) goes. The others learn `lost_to:<message>`, and their
//! author's `on_cap` says whether they wait or are skipped. Messages of one run, of one broadcast, and of one program that asks through the API
//! are steps of one conversation and never compete. Purposes without a horizon (everything but promotions, unless a workspace says otherwise) never compete and are never delayed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use model::message::{Class, Intent, OnCap, OnLate, Origin};
use model::send_error::FallbackCause;
use model::{BroadcastId, MessageId, Millis, Purpose, RunId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::history::Mark;
use crate::rule::{Finding, Rule};

/// No horizon is longer: so long a mark remembers whose message it was.
pub const HORIZON_MAX: Millis = Millis::from_hours(24);

/// What a workspace says about contests.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContestSettings {
    /// Within what time two messages to one person compete, milliseconds by purpose. A purpose that is absent never competes.
    pub horizon: BTreeMap<Purpose, Millis>,
    /// How long a message that competes waits for others before it goes, milliseconds. At 0 those compete that are decided in one moment; as
    /// long as the horizon, whoever comes within it has the same chance.
    pub gather: Millis,
}

impl Default for ContestSettings {
    fn default() -> Self {
        Self { horizon: BTreeMap::from([(Purpose::Promotional, Millis::from_mins(5))]), gather: Millis::ZERO }
    }
}

impl ContestSettings {
    /// The horizon of an intended message; zero when it does not compete.
    #[must_use]
    pub fn horizon_of(&self, origin: &Origin, purpose: Purpose) -> Millis {
        let competes = matches!(origin, Origin::Journey { .. } | Origin::Broadcast { .. } | Origin::Api { .. });
        if competes { self.horizon.get(&purpose).copied().unwrap_or(Millis::ZERO) } else { Millis::ZERO }
    }

    /// What is wrong, with the name of the setting.
    pub(crate) fn fault(&self) -> Option<(&'static str, &'static str)> {
        if self.horizon.values().any(|horizon| *horizon < Millis::ZERO || *horizon > HORIZON_MAX) {
            return Some(("horizon", "a horizon is between 0 and 24 hours"));
        }
        let longest = self.horizon.values().copied().max().unwrap_or(Millis::ZERO);
        (self.gather < Millis::ZERO || self.gather > longest).then_some(("gather", "between 0 and the longest horizon"))
    }
}

/// Who competes. Messages of one side do not compete with each other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Side {
    Run {
        run: RunId,
    },
    Broadcast {
        broadcast: BroadcastId,
    },
    /// A program that asks through the API decides for itself what it sends after what, and competes with the others.
    Program {
        key: String,
    },
}

model::compact_enum!(Side {
    of 1 Run { 1 run };
    of 2 Broadcast { 1 broadcast };
    of 3 Program { 1 key };
});

impl Side {
    /// `None` for people and compliance answers, which compete with nobody.
    #[must_use]
    pub fn of(origin: &Origin) -> Option<Self> {
        match origin {
            Origin::Journey { run, .. } => Some(Self::Run { run: *run }),
            Origin::Broadcast { broadcast, .. } => Some(Self::Broadcast { broadcast: *broadcast }),
            Origin::Api { key } => Some(Self::Program { key: key.clone() }),
            Origin::Contact | Origin::Agent { .. } | Origin::Compliance { .. } | Origin::Test { .. } | Origin::Phone => None,
        }
    }
}

/// What the author of a journey or broadcast says about its importance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Weight {
    /// More comes first.
    pub priority: u32,
    /// What one such message is expected to be worth, in a unit of the workspace's choice; counts after priority and deadline.
    pub value: u32,
}

/// Class, priority, deadline (none is last), value, id.
type Order = (u8, Reverse<u32>, (bool, Option<Timestamp>), Reverse<u32>, MessageId);

/// A message's place among others. Total and free of chance, so the same contenders have the same winner in any order of arrival.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rank {
    pub class: Class,
    #[serde(flatten)]
    pub weight: Weight,
    /// After it the message is worth nothing; without one it can wait for ever.
    pub deadline: Option<Timestamp>,
    pub message: MessageId,
}

impl Rank {
    #[must_use]
    pub fn of(intent: &Intent, message: MessageId, weight: Weight) -> Self {
        let deadline = intent.max_lateness.filter(|_| intent.on_late != OnLate::Send).map(|limit| intent.due_at + limit);
        Self { class: intent.class, weight, deadline, message }
    }

    fn key(&self) -> Order {
        let Weight { priority, value } = self.weight;
        (self.class.rank(), Reverse(priority), (self.deadline.is_none(), self.deadline), Reverse(value), self.message)
    }

    #[must_use]
    pub fn beats(&self, other: &Self) -> bool {
        self.key() < other.key()
    }

    /// Why the winner stands before this one.
    fn lost_by(&self, winner: &Self) -> String {
        let (mine, its) = (self.key(), winner.key());
        if mine.0 != its.0 {
            "its class is served before".to_owned()
        } else if mine.1 != its.1 {
            format!("its priority is {} and this one's is {}", winner.weight.priority, self.weight.priority)
        } else if mine.2 != its.2 {
            "it has to go sooner".to_owned()
        } else if mine.3 != its.3 {
            format!("it is worth {} and this one {}", winner.weight.value, self.weight.value)
        } else {
            "both rank alike and its id comes first".to_owned()
        }
    }
}

/// A message that waits for the same person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rival {
    pub side: Side,
    pub rank: Rank,
    /// When it may go at the earliest.
    pub from: Timestamp,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContestRule {
    /// When the message would leave, as far as the other rules let it.
    pub at: Timestamp,
    pub due_at: Timestamp,
    pub horizon: Millis,
    pub rank: Rank,
    /// Of other sides, waiting to leave within the horizon.
    pub waiting: Vec<Rival>,
    /// Of other sides, gone within the horizon.
    pub gone: Vec<Mark>,
    pub on_cap: OnCap,
}

impl ContestRule {
    /// Takes out of everything that is known what competes with a message that would leave at `at`.
    #[must_use]
    pub fn among(at: Timestamp, intent: &Intent, horizon: Millis, rank: Rank, rivals: &[Rival], marks: &[Mark]) -> Self {
        let side = Side::of(&intent.origin);
        // Whoever must be gone before then, and is not, expires.
        let in_time = |rival: &&Rival| rival.from < at + horizon && rival.rank.deadline.is_none_or(|deadline| deadline >= at);
        let waiting = rivals.iter().filter(|rival| Some(&rival.side) != side.as_ref()).filter(in_time).cloned().collect();
        let gone = marks.iter().filter(|mark| mark.side.is_some() && mark.side != side && mark.is_gone() && at - mark.at < horizon);
        Self { at, due_at: intent.due_at, horizon, rank, waiting, gone: gone.cloned().collect(), on_cap: intent.on_cap.clone() }
    }

    /// Messages that wait and will lose to this one: what they have reserved under a cap does not stand in its way.
    pub fn beaten(&self) -> impl Iterator<Item = MessageId> {
        self.waiting.iter().filter(|rival| self.rank.beats(&rival.rank)).map(|rival| rival.rank.message)
    }

    /// The message that has the moment, until when it has it, and why.
    fn winner(&self) -> Option<(MessageId, Timestamp, String)> {
        if let Some(mark) = self.gone.iter().max_by_key(|mark| (mark.at, mark.message)) {
            return Some((mark.message, mark.at + self.horizon, format!("it went at {}", mark.at)));
        }
        let best = self.waiting.iter().min_by_key(|rival| rival.rank.key()).filter(|rival| rival.rank.beats(&self.rank))?;
        Some((best.rank.message, best.from.max(self.at) + self.horizon, self.rank.lost_by(&best.rank)))
    }
}

impl Rule for ContestRule {
    const NAME: &'static str = "contest";

    fn evaluate(&self) -> Finding {
        let Some((winner, until, why)) = self.winner() else {
            return match self.waiting.len() {
                0 => Finding::pass(format!("nobody else wants this person within {}", self.horizon)),
                n => Finding::pass(format!("goes before {n} other{} within {}", if n == 1 { "" } else { "s" }, self.horizon)),
            };
        };
        let lost = format!("lost_to:{winner}: within {} another message has this person's attention; {why}", self.horizon);
        match self.on_cap {
            OnCap::Defer { at_most } if until <= self.due_at + at_most => Finding::defer("lost_to", until, lost),
            // Another channel does not bring another moment.
            OnCap::Defer { .. } | OnCap::Skip | OnCap::Downgrade { .. } => Finding::deny("lost_to", FallbackCause::Capped, lost),
        }
    }
}
