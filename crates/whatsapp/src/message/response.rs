//! Answers. 200 means accepted, not delivered.

use crate::wire::open_enum;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Answer to a message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SendResponse {
    #[serde(default)]
    pub messaging_product: String,
    #[serde(default)]
    pub contacts: Vec<AcceptedContact>,
    #[serde(default)]
    pub messages: Vec<AcceptedMessage>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `contacts[]`: `wa_id` can differ from `input` (Brazil, Mexico, Argentina) and is absent for sends to a `user_id`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedContact {
    #[serde(default)]
    pub input: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

open_enum! {
    /// `message_status`, templates only.
    pub enum MessageStatus {
        Accepted = "accepted",
        /// Decided within an hour or so: released, or failed with 132015.
        HeldForQualityAssessment = "held_for_quality_assessment",
        Paused = "paused",
    }
}

/// `messages[]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedMessage {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_status: Option<MessageStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
}

impl SendResponse {
    /// The answer to one message.
    pub fn accepted(contact: AcceptedContact, message: AcceptedMessage) -> Self {
        Self { messaging_product: "whatsapp".to_owned(), contacts: vec![contact], messages: vec![message], extra: Map::new() }
    }

    /// The wamid.
    pub fn message_id(&self) -> Option<&str> {
        self.messages.first().map(|message| message.id.as_str())
    }
}

/// `{"success":true}`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success {
    pub success: bool,
}
