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

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Urgent,
    High,
    #[default]
    Normal,
    Low,
}

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
