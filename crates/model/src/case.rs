//! The conversation with a contact, and the cases that people work on in it.

use serde::{Deserialize, Serialize};

use crate::{CaseId, Channel, ContactId, ConversationId, MessageId, Timestamp, UserId, WorkspaceId};

/// The permanent thread with a contact over all channels (R-INB-3). This is the row that inbox lists read.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    pub contact_name: Option<String>,
    pub status: ConversationStatus,
    #[serde(default)]
    pub case: Option<Case>,
    /// Channel of the latest message in.
    #[serde(default)]
    pub channel: Option<Channel>,
    pub last_message: String,
    pub last_message_id: Option<MessageId>,
    pub last_message_at: Timestamp,
    #[serde(default)]
    pub last_inbound_at: Option<Timestamp>,
    /// End of the WhatsApp customer service window, if one was ever open.
    #[serde(default)]
    pub window_closes_at: Option<Timestamp>,
    /// Messages in since a person last answered or looked.
    pub unread: u32,
    #[serde(default)]
    pub labels: Vec<String>,
    /// How many of its messages are from before the number was connected. They stand before everything else in the thread.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub imported: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

crate::compact_struct!(Conversation { 1 id, 2 workspace, 3 contact, 4 contact_name, 5 status, 6 case, 7 channel, 8 last_message, 9 last_message_id, 10 last_message_at, 11 last_inbound_at, 12 window_closes_at, 13 unread, 14 labels, 15 imported or 0 });

impl Conversation {
    /// Whether anything was said or asked in it. Before that it is nobody's business: it is found by its id, and in no list of many.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.last_message_id.is_some() || !self.last_message.is_empty() || self.case.is_some()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    /// Nobody owns it; journeys and bots may speak.
    Bot,
    /// A case waits in a queue.
    Waiting,
    /// A person owns the case.
    Open,
    /// The last case was resolved.
    Resolved,
}

crate::compact_code!(ConversationStatus { 1 Bot, 2 Waiting, 3 Open, 4 Resolved });

/// One episode that a person owns. It opens at a handoff and closes at a resolution.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub queue: String,
    #[serde(default)]
    pub assignee: Option<UserId>,
    pub priority: Priority,
    pub opened_at: Timestamp,
    pub handoff: Handoff,
    #[serde(default)]
    pub first_reply_at: Option<Timestamp>,
    /// First reply by a person is due by then.
    #[serde(default)]
    pub reply_due_at: Option<Timestamp>,
    #[serde(default)]
    pub resolved_at: Option<Timestamp>,
    #[serde(default)]
    pub category: Option<String>,
}

crate::compact_struct!(Case { 1 id, 2 queue, 3 assignee, 4 priority, 5 opened_at, 6 handoff, 7 first_reply_at, 8 reply_due_at, 9 resolved_at, 10 category });

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Urgent,
    High,
    #[default]
    Normal,
    Low,
}

crate::compact_code!(Priority { 1 Urgent, 2 High, 3 Normal, 4 Low });

/// Why a person is needed, and what the bot already knows (R-INB-4).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Handoff {
    pub reason: HandoffReason,
    /// One or two sentences for the agent.
    pub summary: String,
    /// Collected answers and the journey's context: order number, appointment.
    #[serde(default)]
    pub fields: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    pub journey: Option<String>,
    #[serde(default)]
    pub step: Option<String>,
}

crate::compact_struct!(Handoff { 1 reason, 2 summary, 3 fields, 4 journey, 5 step });

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// The journey says so.
    JourneyStep,
    AskedForHuman,
    /// Twice not understood in one run (A39).
    NotUnderstood,
    /// Wrote while nothing was waiting for an answer.
    Unprompted,
    /// Nobody answered and every fallback is used up.
    NoAnswer,
    /// May have withdrawn consent in free words (A80).
    PossibleOptOut,
    Agent,
}

crate::compact_code!(HandoffReason { 1 JourneyStep, 2 AskedForHuman, 3 NotUnderstood, 4 Unprompted, 5 NoAnswer, 6 PossibleOptOut, 7 Agent });
