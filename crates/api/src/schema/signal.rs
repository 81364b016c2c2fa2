//! Signals that could not be processed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A signal that waits for an operator.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Parked {
    pub signal: Signal,
    pub error: String,
    #[schema(format = DateTime)]
    pub parked_at: String,
    pub tries: u32,
}

/// Something that happened to a contact. The body's shape depends on its `kind`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Signal {
    pub id: String,
    pub workspace: String,
    pub target: serde_json::Value,
    #[schema(format = DateTime)]
    pub event_time: String,
    #[schema(format = DateTime)]
    pub arrival_time: String,
    pub source: String,
    pub dedupe_key: Option<String>,
    pub fingerprint: Option<u64>,
    pub body: serde_json::Value,
}
