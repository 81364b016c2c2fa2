//! Contacts and their runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Address, Channel};

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    pub id: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub name: Option<String>,
    /// BCP 47.
    #[schema(example = "pt-BR")]
    pub locale: Option<String>,
    pub addresses: Vec<Address>,
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// Evidence of the time zone, at most one entry a kind.
    #[serde(default)]
    pub zones: Vec<ZoneEvidence>,
    pub preferred_channel: Option<Channel>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ZoneEvidence {
    pub source: ZoneSource,
    #[schema(example = "Europe/Lisbon")]
    pub zone: String,
    #[schema(format = DateTime)]
    pub at: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneSource {
    Declared,
    RecentBehaviour,
    BillingAddress,
    NumberPrefix,
    Country,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RunRow {
    pub id: String,
    pub contact: String,
    pub journey: String,
    pub version: String,
    pub instance_key: String,
    pub status: RunStatus,
    /// Where it stands, or where it ended.
    pub step: String,
    #[schema(format = DateTime)]
    pub entered_at: String,
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Its next timer.
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
    /// `completed`, the exit's name, `failed: …`.
    pub result: Option<String>,
    #[schema(format = DateTime)]
    pub goal_at: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Active,
    Completed,
    Exited,
    Failed,
}
