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
    /// The advertisement that led the person here.
    #[serde(default)]
    pub advert: Option<Advert>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Advert {
    /// What led them here first; later ones do not change it.
    pub first: AdClick,
    /// The latest other one: goals are due to it.
    pub last: Option<AdClick>,
    /// Conversions that were reported of the latest click and are reported once for a click.
    #[serde(default)]
    #[schema(example = json!(["QualifiedLead"]))]
    pub reported: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AdClick {
    /// The sender that was written to.
    pub sender: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// What the platform knows the click by (`ctwa_clid`).
    pub click: Option<String>,
    /// `ad` or `post`.
    pub source: String,
    /// The platform's id of the advertisement.
    pub source_id: String,
    pub url: String,
    pub headline: String,
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
