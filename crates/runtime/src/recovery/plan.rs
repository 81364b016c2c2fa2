//! What an outage left, in numbers.

use std::fmt;

use model::{Millis, SenderId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::Document;

use crate::documents::only;

/// When a start counts as the end of an outage, and when a person is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecoveryRule {
    /// Nobody worked for longer than this.
    pub after: Millis,
    /// More messages than this wait for a yes; `None` never asks.
    pub ask_above: Option<u64>,
}

impl Default for RecoveryRule {
    fn default() -> Self {
        Self { after: Millis::from_mins(5), ask_above: None }
    }
}

/// What would happen to one workspace's overdue messages, by the states and rules of the moment at which it was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecoveryPlan {
    pub workspace: WorkspaceId,
    pub made_at: Timestamp,
    /// The last sign of life before it.
    pub down_since: Timestamp,
    /// Overdue people and queued messages that were counted.
    pub counted: u64,
    /// Whether these were all; the figures are of those that are the longest overdue otherwise.
    pub complete: bool,
    pub send: u64,
    /// Skipped for their lateness.
    pub too_late: u64,
    /// Skipped for a newer message with the same key.
    pub collapsed: u64,
    /// For later: quiet hours, for one.
    pub deferred: u64,
    /// Not sent for any other reason: consent, caps.
    pub not_sent: u64,
    pub senders: Vec<SenderShare>,
    /// How long it takes until the last has gone, at the senders' rates.
    pub spread_over: Millis,
    #[serde(flatten)]
    pub state: RecoveryState,
}

/// One sender's part of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SenderShare {
    pub sender: SenderId,
    pub messages: u64,
    pub per_second: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RecoveryState {
    /// It goes without a question.
    Going,
    /// A person must say yes. Agents' replies and everything new go on.
    Waiting,
    Approved {
        by: String,
        at: Timestamp,
    },
}

/// A workspace's latest plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecoveryDoc(pub RecoveryPlan);

impl Document for RecoveryDoc {
    const KIND: &'static str = "recovery";
    fn id(&self) -> String {
        only().to_owned()
    }
}

impl RecoveryPlan {
    /// A plan for nothing yet.
    #[must_use]
    pub const fn empty(workspace: WorkspaceId, made_at: Timestamp, down_since: Timestamp) -> Self {
        Self {
            workspace,
            made_at,
            down_since,
            counted: 0,
            complete: true,
            send: 0,
            too_late: 0,
            collapsed: 0,
            deferred: 0,
            not_sent: 0,
            senders: Vec::new(),
            spread_over: Millis(0),
            state: RecoveryState::Going,
        }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.counted == 0
    }
}

impl fmt::Display for RecoveryPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = if self.complete { "" } else { "at least " };
        write!(
            f,
            "down for {}: {least}{} to send over {}, {} skipped as too late, {} collapsed into newer ones, {} for later, {} not sent for other reasons",
            self.made_at - self.down_since,
            self.send,
            self.spread_over,
            self.too_late,
            self.collapsed,
            self.deferred,
            self.not_sent,
        )?;
        if self.state == RecoveryState::Waiting { f.write_str("; it waits for a yes") } else { Ok(()) }
    }
}
