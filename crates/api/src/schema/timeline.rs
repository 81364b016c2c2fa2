//! Timelines and the audit log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that happened to a contact.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
    pub id: String,
    pub workspace: String,
    pub contact: String,
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    #[schema(example = "message_delivered")]
    pub kind: String,
    pub data: serde_json::Value,
    pub message: Option<String>,
    pub decision: Option<String>,
    pub run: Option<String>,
}

/// One thing that somebody did, or was refused.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    pub workspace: String,
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(example = "user:usr_01kaqz3e5hf0bax8wtvn9g8c2d")]
    pub actor: String,
    #[schema(example = "publish_journey")]
    pub action: String,
    pub target: String,
    pub detail: serde_json::Value,
    pub ip: Option<String>,
}
