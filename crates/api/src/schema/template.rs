//! Templates and senders.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Channel, Purpose};

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Template {
    pub id: String,
    pub name: String,
    pub purpose: Purpose,
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// By BCP 47 tag.
    pub languages: BTreeMap<String, TemplateText>,
    pub default_language: String,
    pub version: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Variable {
    pub name: String,
    #[serde(default)]
    pub kind: VariableKind,
    /// Shown to reviewers.
    pub sample: String,
    /// Used when the value is missing. Without it a missing value blocks the message.
    pub fallback: Option<String>,
    /// In characters.
    pub max_length: Option<u32>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    #[default]
    Text,
    Number,
    Time,
}

/// One language. `{{name}}` marks a variable.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateText {
    pub header: Option<String>,
    pub body: String,
    pub footer: Option<String>,
    #[serde(default)]
    pub buttons: Vec<TemplateButton>,
    #[serde(default)]
    pub approval: Approval,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TemplateButton {
    QuickReply { id: String, title: String },
    Url { title: String, url: String },
    Call { title: String, phone: String },
}

/// The provider's word on one language.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    pub state: ApprovalState,
    pub raw_state: Option<String>,
    pub provider_id: Option<String>,
    pub reason: Option<String>,
    pub quality: Option<String>,
    pub category: Option<String>,
    pub version: Option<String>,
    #[schema(format = DateTime)]
    pub at: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    #[default]
    Draft,
    Pending,
    Approved,
    Rejected,
    Paused,
    Disabled,
    Other,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Sender {
    pub id: String,
    pub channel: Channel,
    pub name: String,
    #[schema(example = "+12025550100")]
    pub address: String,
    pub provider_ref: String,
    pub status: SenderStatus,
    /// Messages a second.
    pub per_second: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SenderStatus {
    Active,
    Paused { reason: String },
}
