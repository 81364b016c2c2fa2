//! A sender with what it takes to send by it.

use model::WorkspaceId;
use model::sender::Sender;
use serde::{Deserialize, Serialize};

use crate::Secret;

/// A sender and its provider's credentials.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Account {
    pub workspace: WorkspaceId,
    pub sender: Sender,
    pub provider: Provider,
}

/// Whose API it is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case")]
pub enum Provider {
    WhatsappCloud(WhatsappAccount),
    Twilio(TwilioAccount),
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WhatsappAccount {
    pub phone_number_id: String,
    pub waba_id: String,
    pub access_token: Secret,
    /// Signs the webhooks.
    pub app_secret: Secret,
    /// Answers the webhook handshake.
    pub verify_token: Secret,
    #[serde(default = "graph_url")]
    pub base_url: String,
    #[serde(default = "graph_version")]
    pub graph_version: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TwilioAccount {
    pub account_sid: String,
    pub auth_token: Secret,
    /// The shared key of the newer signature scheme, when it is switched on.
    #[serde(default)]
    pub signing_key: Option<Secret>,
    /// A number or alphanumeric sender; or else the messaging service chooses.
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub messaging_service_sid: Option<String>,
    #[serde(default = "twilio_url")]
    pub base_url: String,
    /// Where the provider reaches us: the base of callback links, and what signatures are checked against. Never taken from a request.
    pub public_url: String,
}

fn graph_url() -> String {
    "https://graph.facebook.com".to_owned()
}

fn graph_version() -> String {
    "v26.0".to_owned()
}

fn twilio_url() -> String {
    "https://api.twilio.com".to_owned()
}
