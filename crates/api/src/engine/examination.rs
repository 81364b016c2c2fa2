//! A sender's set-up, looked at hop by hop.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that must be right before messages go and come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "hop": "spf", "state": "broken", "found": "in.example.com says nothing about who may send for it",
    "mend": "publish one TXT record at in.example.com: v=spf1 include:<what your mail service names> ~all" }))]
pub struct SenderHop {
    /// For programs: `login`, `token`, `spf`, `dkim`, …
    pub hop: String,
    pub state: SenderHopState,
    /// For people.
    pub found: String,
    /// What to do about it.
    pub mend: Option<String>,
}

/// `unasked` when it could not be asked; `doubtful` when it works now, and will not for long, or not for everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SenderHopState {
    Good,
    Unasked,
    Doubtful,
    Broken,
}
