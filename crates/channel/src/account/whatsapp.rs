//! A number of the WhatsApp Cloud API.

use serde::{Deserialize, Serialize};

use crate::Secret;

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
    /// Whether people are shown that their messages were read, and that somebody writes: the one cannot be shown without the other.
    #[serde(default = "yes")]
    pub read_receipts: bool,
    /// Where goals are reported that advertisements led to: the dataset of the WhatsApp Business Account. Without it none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_id: Option<String>,
}

const fn yes() -> bool {
    true
}

fn graph_url() -> String {
    "https://graph.facebook.com".to_owned()
}

fn graph_version() -> String {
    "v26.0".to_owned()
}
