//! The stored form of a run.

use std::collections::BTreeMap;

use model::change::RunStatus;
use model::send_error::FallbackCause;
use model::value::Attributes;
use model::{MessageId, RunId, SignalId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::definition::{Goal, Journey};

/// Attempts kept per run. Older ones are forgotten; no status of interest comes that late.
pub(crate) const ATTEMPTS_KEPT: usize = 16;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RunState {
    pub id: RunId,
    pub journey: String,
    pub version: String,
    pub instance_key: String,
    pub entered_at: Timestamp,
    /// The event that started it.
    pub entered_by: SignalId,
    /// Properties of that event: `entry.…`.
    pub entry: Attributes,
    /// Run variables: `run.…`.
    #[serde(default)]
    pub context: Attributes,
    /// The time of the event that each variable comes from: an older one does not overwrite it.
    #[serde(default)]
    pub context_at: BTreeMap<String, Timestamp>,
    pub status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal_at: Option<Timestamp>,
    pub position: Position,
    /// How often each step was entered.
    #[serde(default)]
    pub visits: BTreeMap<String, u32>,
    /// The latest sends, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// Messages asked for so far.
    #[serde(default)]
    pub sends: u32,
    /// The last answer to each send: `run.replies.<send step>`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub replies: BTreeMap<String, Given>,
    /// Answers that came before their await was reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub early: Vec<Given>,
    /// Answers that nobody understood.
    #[serde(default)]
    pub misses: u32,
    /// Events that came while a message was on its way, for the wait behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
}

model::compact_struct!(RunState { 1 id, 2 journey, 3 version, 4 instance_key, 5 entered_at, 6 entered_by, 7 entry, 8 context, 9 context_at, 10 status, 11 ended_at, 12 goal_at, 13 position, 14 visits, 15 attempts, 16 sends, 17 replies, 18 early, 19 misses, 20 kept });

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    Active,
    Completed { result: String },
    Exited { name: String },
    Failed { reason: String },
}

model::compact_enum!(Status {
    unit 1 Active;
    of 2 Completed { 1 result };
    of 3 Exited { 1 name };
    of 4 Failed { 1 reason };
});

/// Where the run stands, or where it ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Position {
    pub step: String,
    pub visit: u32,
    pub since: Timestamp,
    pub waiting: Waiting,
}

model::compact_struct!(Position { 1 step, 2 visit, 3 since, 4 waiting });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Waiting {
    /// The run has ended.
    Nothing,
    /// A delay.
    Time { due: Timestamp },
    /// News of the message that the step sends.
    Acceptance,
    /// The message was accepted; a refusal may still come until then.
    Settling { due: Timestamp },
    /// An answer to one of these sends, or an event.
    Answer { due: Timestamp, to: Vec<Asked> },
}

model::compact_enum!(Waiting {
    unit 1 Nothing;
    unit 2 Acceptance;
    of 3 Time { 1 due };
    of 4 Settling { 1 due };
    of 5 Answer { 1 due, 2 to };
});

/// One visit of a send step, as the thing that an answer belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asked {
    pub step: String,
    pub visit: u32,
}

model::compact_struct!(Asked { 1 step, 2 visit });

/// One visit of one send step.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Attempt {
    pub step: String,
    pub visit: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    pub state: AttemptState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// When `not_delivered` fires unless a delivery is reported before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_by: Option<Timestamp>,
    /// When `not_read_or_unknown` fires unless a read is reported before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_by: Option<Timestamp>,
    /// The fallback edge that it took; it never takes another (R-FB-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fell: Option<FallbackCause>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub double_reach: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
    /// The run has stopped waiting for it: what is reported later takes no edge any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

model::compact_struct!(Attempt { 1 step, 2 visit, 3 message, 4 state, 5 accepted_at, 6 delivered_at, 7 read_at, 8 deliver_by, 9 read_by, 10 fell, 11 double_reach, 12 answered, 13 closed });

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Asked for; nothing known yet, or queued.
    Wanted,
    Accepted,
    Delivered,
    Read,
    Failed,
    NotSent,
    Cancelled,
}

model::compact_code!(AttemptState { 1 Wanted, 2 Accepted, 3 Delivered, 4 Read, 5 Failed, 6 NotSent, 7 Cancelled });

/// An answer that a person gave.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Given {
    /// The send that it answers.
    pub to: String,
    pub visit: u32,
    /// Id of the tapped button or row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub at: Timestamp,
}

model::compact_struct!(Given { 1 to, 2 visit, 3 id, 4 text, 5 at });

/// An event that came before its wait was reached.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Kept {
    pub name: String,
    #[serde(default)]
    pub properties: Attributes,
    pub at: Timestamp,
    /// The send in which the run stood.
    pub during: Asked,
}

model::compact_struct!(Kept { 1 name, 2 properties, 3 at, 4 during });

/// An earlier or active run, as entry rules look at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PastRun<'a> {
    pub instance_key: &'a str,
    pub entered_at: Timestamp,
    /// `None` while it is active.
    pub ended_at: Option<Timestamp>,
}

impl RunState {
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.status != Status::Active
    }

    #[must_use]
    pub fn past(&self) -> PastRun<'_> {
        PastRun { instance_key: &self.instance_key, entered_at: self.entered_at, ended_at: self.ended_at }
    }

    /// When the next timer of this run is due. `None` while it waits for the news of a message, and once it has ended.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        if self.is_ended() {
            return None;
        }
        let own = match &self.position.waiting {
            Waiting::Nothing | Waiting::Acceptance => None,
            Waiting::Time { due } | Waiting::Settling { due } | Waiting::Answer { due, .. } => Some(*due),
        };
        let watches = self.attempts.iter().filter(|a| self.still_open(a)).flat_map(|a| [a.deliver_by, a.read_by]);
        watches.flatten().chain(own).min()
    }

    /// Whether the run still waits for something of this attempt, so that a refusal would lead somewhere.
    #[must_use]
    pub(crate) fn still_open(&self, attempt: &Attempt) -> bool {
        let here = match &self.position.waiting {
            Waiting::Acceptance | Waiting::Settling { .. } => attempt.step == self.position.step && attempt.visit == self.position.visit,
            Waiting::Answer { to, .. } => to.iter().any(|asked| asked.step == attempt.step && asked.visit == attempt.visit),
            Waiting::Nothing | Waiting::Time { .. } => false,
        };
        here && attempt.fell.is_none() && !attempt.answered && !attempt.closed
    }

    /// Until when an ended run is still worth showing events to: its goal may come after its end (R-GOAL).
    #[must_use]
    pub fn goal_open_until(&self, def: &Journey) -> Option<Timestamp> {
        match &def.goal {
            Goal::Reached { within, .. } if self.goal_at.is_none() => Some(self.entered_at + *within),
            Goal::Reached { .. } | Goal::Waived { .. } => None,
        }
    }

    /// The sends whose answer the run waits for.
    #[must_use]
    pub fn asked(&self) -> &[Asked] {
        match &self.position.waiting {
            Waiting::Answer { to, .. } => to,
            _ => &[],
        }
    }

    #[must_use]
    pub fn attempt(&self, step: &str, visit: u32) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|a| a.step == step && a.visit == visit)
    }

    #[must_use]
    pub(crate) fn attempt_mut(&mut self, step: &str, visit: u32) -> Option<&mut Attempt> {
        self.attempts.iter_mut().rev().find(|a| a.step == step && a.visit == visit)
    }

    #[must_use]
    pub fn latest_attempt(&self, step: &str) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|a| a.step == step)
    }

    #[must_use]
    pub const fn row_status(&self) -> RunStatus {
        match self.status {
            Status::Active => RunStatus::Active,
            Status::Completed { .. } => RunStatus::Completed,
            Status::Exited { .. } => RunStatus::Exited,
            Status::Failed { .. } => RunStatus::Failed,
        }
    }

    /// How it ended, for lists: the result, the exit's name, `failed: …`.
    #[must_use]
    pub fn result(&self) -> Option<String> {
        match &self.status {
            Status::Active => None,
            Status::Completed { result } => Some(result.clone()),
            Status::Exited { name } => Some(name.clone()),
            Status::Failed { reason } => Some(format!("failed: {reason}")),
        }
    }
}
