//! Broadcasts and their recipients.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Channel;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastState {
    Draft,
    Freezing,
    Checking,
    Scheduled,
    Canary,
    Running,
    Paused,
    Stopping,
    Stopped,
    Completed,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientState {
    Pending,
    Queued,
    InDoubt,
    Sent,
    Delivered,
    Read,
    Failed,
    Expired,
    Cancelled,
    Silent,
    HeldOut,
}

/// A row of a broadcast's ledger.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Recipient {
    pub broadcast: String,
    pub contact: String,
    /// Goes first, to see how people take it.
    pub canary: bool,
    pub state: RecipientState,
    /// While pending: not to be decided before this.
    #[schema(format = DateTime)]
    pub not_before: Option<String>,
    /// When it came into this state.
    #[schema(format = DateTime)]
    pub at: String,
    /// Why, for programs.
    #[schema(example = "consent_missing")]
    pub code: Option<String>,
    /// Why, for people.
    pub reason: Option<String>,
    pub decision: Option<String>,
    pub message: Option<String>,
    pub channel: Option<Channel>,
    #[schema(format = DateTime)]
    pub replied_at: Option<String>,
    #[schema(format = DateTime)]
    pub opted_out_at: Option<String>,
}
