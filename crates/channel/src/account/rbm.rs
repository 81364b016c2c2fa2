//! An agent at Google's RCS Business Messaging.

use serde::{Deserialize, Serialize};

use crate::Secret;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RbmAccount {
    pub agent_id: String,
    /// Of the service account.
    pub client_email: String,
    /// PEM, PKCS#8.
    pub private_key: Secret,
    #[serde(default)]
    pub private_key_id: Option<String>,
    #[serde(default = "google_token_url")]
    pub token_url: String,
    /// Regions have their own: `https://europe-rcsbusinessmessaging.googleapis.com`.
    #[serde(default = "google_url")]
    pub base_url: String,
    /// What events are signed with.
    pub client_token: Secret,
    /// What the agent's messages are for.
    #[serde(default)]
    pub traffic: Option<RbmTraffic>,
    /// After this many seconds Google takes back what the phone has not got; without it, after 30 days.
    #[serde(default)]
    pub expires_after_s: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RbmTraffic {
    Authentication,
    Transaction,
    Promotion,
    ServiceRequest,
    Acknowledgement,
}

fn google_token_url() -> String {
    "https://oauth2.googleapis.com/token".to_owned()
}

fn google_url() -> String {
    "https://rcsbusinessmessaging.googleapis.com".to_owned()
}
