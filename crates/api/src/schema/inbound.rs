//! What a person sent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Location, MediaKind};

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum InboundContent {
    Text { body: String },
    ButtonReply { id: String, title: String },
    ListReply { id: String, title: String },
    Media(InboundMedia),
    Location(Location),
    Reaction { to: String, emoji: Option<String> },
    Form { name: String, data: serde_json::Value },
    Structured { kind: String, data: serde_json::Value },
    Edit { of: String, body: Option<String> },
    Revoke { of: String },
    System { kind: String, data: serde_json::Value },
    Unsupported { kind: String, raw: serde_json::Value },
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InboundMedia {
    pub kind: MediaKind,
    pub mime: String,
    pub provider_ref: String,
    pub caption: Option<String>,
    pub filename: Option<String>,
    /// Set once it can be fetched at `/v1/media/{id}`.
    pub stored: Option<String>,
}
