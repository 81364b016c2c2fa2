//! What a person sees of a contact's history: one line for everything that happened.

use serde::{Deserialize, Serialize};

use crate::{ContactId, DecisionId, MessageId, RunId, TimelineId, Timestamp, WorkspaceId};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub id: TimelineId,
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    /// When it happened, by the source's clock.
    pub at: Timestamp,
    /// When we learnt of it.
    pub recorded_at: Timestamp,
    pub kind: TimelineKind,
    /// Details for people and programs; never secrets.
    #[serde(default)]
    pub data: serde_json::Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
}

/// Past tense, as events are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineKind {
    ContactCreated,
    ContactUpdated,
    AddressAdded,
    AddressSuppressed,
    EventTracked,
    ConsentChanged,
    MessageReceived,
    MessageQueued,
    MessageSent,
    MessageDelivered,
    MessageRead,
    MessageFailed,
    MessageCancelled,
    MessageExpired,
    MessageInDoubt,
    MessageNotSent,
    DoubleReach,
    RunEntered,
    RunRejected,
    StepEntered,
    RunExited,
    RunCompleted,
    GoalReached,
    TimerReanchored,
    CaseOpened,
    CaseAssigned,
    CaseResolved,
    CaseReopened,
    ReturnedToBot,
    NoteAdded,
    OutcomeRecorded,
    /// An inbound message that may be an opt-out; a person must look (A80).
    OptOutSuspected,
    RuntimeNotice,
}

impl TimelineKind {
    /// The name on the wire and in the store: snake case.
    #[must_use]
    pub fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }
}
