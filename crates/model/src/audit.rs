//! Who did what: one line for everything that people and keys do, and for everybody who was turned away.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, WorkspaceId};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AuditEntry {
    pub workspace: WorkspaceId,
    pub at: Timestamp,
    /// `user:usr_…`, `key:key_…`, `provider:whatsapp`, `anonymous`.
    pub actor: String,
    /// `journey.published`, `webhook.bad_signature`, `session.refused`.
    pub action: String,
    /// What it was done to.
    pub target: String,
    #[serde(default)]
    pub detail: serde_json::Value,
    #[serde(default)]
    pub ip: Option<String>,
}
