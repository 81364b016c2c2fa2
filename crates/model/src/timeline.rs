//! What a person sees of a contact's history: one line for everything that happened.

use serde::{Deserialize, Serialize};

use crate::{ContactId, DecisionId, JsonText, MessageId, RunId, TimelineId, Timestamp, WorkspaceId};

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
    pub data: JsonText,
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
    /// Somebody named an address for the contact that is another contact's; it stayed there.
    AddressElsewhere,
    AddressSuppressed,
    /// The channel says that the person's device is another one.
    IdentityChanged,
    EventTracked,
    ConsentChanged,
    MessageReceived,
    /// The business wrote it without us, in the app of a phone.
    MessageRecorded,
    /// It was written before the number was connected.
    MessageImported,
    /// Its sender changed the words: `data` has those before and after.
    MessageEdited,
    /// Its sender deleted it.
    MessageRevoked,
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
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContactCreated => "contact_created",
            Self::ContactUpdated => "contact_updated",
            Self::AddressAdded => "address_added",
            Self::AddressElsewhere => "address_elsewhere",
            Self::AddressSuppressed => "address_suppressed",
            Self::IdentityChanged => "identity_changed",
            Self::EventTracked => "event_tracked",
            Self::ConsentChanged => "consent_changed",
            Self::MessageReceived => "message_received",
            Self::MessageRecorded => "message_recorded",
            Self::MessageImported => "message_imported",
            Self::MessageEdited => "message_edited",
            Self::MessageRevoked => "message_revoked",
            Self::MessageQueued => "message_queued",
            Self::MessageSent => "message_sent",
            Self::MessageDelivered => "message_delivered",
            Self::MessageRead => "message_read",
            Self::MessageFailed => "message_failed",
            Self::MessageCancelled => "message_cancelled",
            Self::MessageExpired => "message_expired",
            Self::MessageInDoubt => "message_in_doubt",
            Self::MessageNotSent => "message_not_sent",
            Self::DoubleReach => "double_reach",
            Self::RunEntered => "run_entered",
            Self::RunRejected => "run_rejected",
            Self::StepEntered => "step_entered",
            Self::RunExited => "run_exited",
            Self::RunCompleted => "run_completed",
            Self::GoalReached => "goal_reached",
            Self::TimerReanchored => "timer_reanchored",
            Self::CaseOpened => "case_opened",
            Self::CaseAssigned => "case_assigned",
            Self::CaseResolved => "case_resolved",
            Self::CaseReopened => "case_reopened",
            Self::ReturnedToBot => "returned_to_bot",
            Self::NoteAdded => "note_added",
            Self::OutcomeRecorded => "outcome_recorded",
            Self::OptOutSuspected => "opt_out_suspected",
            Self::RuntimeNotice => "runtime_notice",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_written_as_it_is_called() {
        let kinds = [
            TimelineKind::ContactCreated,
            TimelineKind::ContactUpdated,
            TimelineKind::AddressAdded,
            TimelineKind::AddressElsewhere,
            TimelineKind::AddressSuppressed,
            TimelineKind::IdentityChanged,
            TimelineKind::EventTracked,
            TimelineKind::ConsentChanged,
            TimelineKind::MessageReceived,
            TimelineKind::MessageRecorded,
            TimelineKind::MessageImported,
            TimelineKind::MessageEdited,
            TimelineKind::MessageRevoked,
            TimelineKind::MessageQueued,
            TimelineKind::MessageSent,
            TimelineKind::MessageDelivered,
            TimelineKind::MessageRead,
            TimelineKind::MessageFailed,
            TimelineKind::MessageCancelled,
            TimelineKind::MessageExpired,
            TimelineKind::MessageInDoubt,
            TimelineKind::MessageNotSent,
            TimelineKind::DoubleReach,
            TimelineKind::RunEntered,
            TimelineKind::RunRejected,
            TimelineKind::StepEntered,
            TimelineKind::RunExited,
            TimelineKind::RunCompleted,
            TimelineKind::GoalReached,
            TimelineKind::TimerReanchored,
            TimelineKind::CaseOpened,
            TimelineKind::CaseAssigned,
            TimelineKind::CaseResolved,
            TimelineKind::CaseReopened,
            TimelineKind::ReturnedToBot,
            TimelineKind::NoteAdded,
            TimelineKind::OutcomeRecorded,
            TimelineKind::OptOutSuspected,
            TimelineKind::RuntimeNotice,
        ];
        for kind in kinds {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
