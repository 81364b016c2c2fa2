//! Conversations and cases.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Channel;

/// The permanent thread with a contact over all channels.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Conversation {
    pub id: String,
    pub workspace: String,
    pub contact: String,
    pub contact_name: Option<String>,
    pub status: ConversationStatus,
    pub case: Option<Case>,
    pub channel: Option<Channel>,
    pub last_message: String,
    pub last_message_id: Option<String>,
    #[schema(format = DateTime)]
    pub last_message_at: String,
    #[schema(format = DateTime)]
    pub last_inbound_at: Option<String>,
    /// End of the WhatsApp customer service window.
    #[schema(format = DateTime)]
    pub window_closes_at: Option<String>,
    /// Messages in since a person last answered or looked.
    pub unread: u32,
    #[serde(default)]
    pub labels: Vec<String>,
    /// How many of its messages are from before the number was connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported: Option<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    Bot,
    Waiting,
    Open,
    Resolved,
}

/// One episode that a person owns.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Case {
    pub id: String,
    pub queue: String,
    pub assignee: Option<String>,
    pub priority: Priority,
    #[schema(format = DateTime)]
    pub opened_at: String,
    pub handoff: Handoff,
    #[schema(format = DateTime)]
    pub first_reply_at: Option<String>,
    #[schema(format = DateTime)]
    pub reply_due_at: Option<String>,
    #[schema(format = DateTime)]
    pub resolved_at: Option<String>,
    pub category: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Urgent,
    High,
    Normal,
    Low,
}

/// Why a person is needed, and what the bot already knows.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Handoff {
    pub reason: HandoffReason,
    pub summary: String,
    #[serde(default)]
    pub fields: BTreeMap<String, serde_json::Value>,
    pub journey: Option<String>,
    pub step: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    JourneyStep,
    AskedForHuman,
    NotUnderstood,
    Unprompted,
    NoAnswer,
    PossibleOptOut,
    Agent,
}
