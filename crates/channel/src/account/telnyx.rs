//! A number of Telnyx's.

use serde::{Deserialize, Serialize};

use crate::Secret;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TelnyxAccount {
    pub api_key: Secret,
    /// Base64 of the Ed25519 key that webhooks are signed with.
    pub public_key: String,
    /// A number, short code or alphanumeric sender.
    pub from: String,
    /// Needed by alphanumeric senders, which belong to no profile themselves.
    #[serde(default)]
    pub messaging_profile_id: Option<String>,
    #[serde(default = "telnyx_url")]
    pub base_url: String,
    /// Where the provider reaches us. Never taken from a request.
    pub public_url: String,
}

fn telnyx_url() -> String {
    "https://api.telnyx.com".to_owned()
}
