//! Templates and senders.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Channel, Purpose, TemplateButton, TemplateCardText, TemplateCodeText, TemplateHeaderPart, TemplateOffer};

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
    /// In place of `header`.
    pub header_part: Option<TemplateHeaderPart>,
    pub body: String,
    pub footer: Option<String>,
    pub offer: Option<TemplateOffer>,
    /// A button is named by its position.
    #[serde(default)]
    pub buttons: Vec<TemplateButton>,
    /// All with the same parts.
    #[serde(default)]
    pub cards: Vec<TemplateCardText>,
    /// What the provider adds to a one-time code.
    pub code: Option<TemplateCodeText>,
    /// Why no message can be made of it: it has a part that cannot be filled. Set by the server.
    pub not_sendable: Option<String>,
    /// Who wrote the present text. Set by the server.
    pub author: Option<String>,
    /// A colleague's yes to the present text. Set by the server.
    pub endorsed: Option<Endorsement>,
    #[serde(default)]
    pub approval: Approval,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Endorsement {
    pub by: String,
    #[schema(format = DateTime)]
    pub at: String,
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
