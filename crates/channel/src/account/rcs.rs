//! An agent of RCS for Business (Google).

use serde::{Deserialize, Serialize};

use crate::Secret;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RcsAccount {
    /// `brand_agent@rbm.goog` or the short form, as the console of the provider has it.
    pub agent_id: String,
    /// `client_email` of the service account's key file.
    pub service_account: String,
    /// `private_key` of the key file: PEM, RSA.
    pub private_key: Secret,
    /// The word that Google and we agreed on for this agent's webhook.
    pub client_token: Secret,
    /// After so many seconds a message that was not delivered is taken back by the provider, and the journey goes on by another channel. Without it
    /// a message to a phone that is off is held for 30 days.
    #[serde(default = "ten_minutes")]
    pub ttl_s: u32,
    /// What holds when Google does not tell whether a phone has RCS.
    #[serde(default)]
    pub on_unknown: OnUnknown,
    #[serde(default = "token_url")]
    pub token_url: String,
    #[serde(default = "rcs_url")]
    pub base_url: String,
}

/// A phone of which nobody knows whether the channel reaches it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// The message is sent: if it cannot arrive, that will be told, or its time is over.
    #[default]
    Try,
    /// The next channel goes at once.
    Skip,
}

const fn ten_minutes() -> u32 {
    600
}

fn token_url() -> String {
    "https://oauth2.googleapis.com/token".to_owned()
}

fn rcs_url() -> String {
    "https://rcsbusinessmessaging.googleapis.com".to_owned()
}
