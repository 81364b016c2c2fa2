//! What the service knows.

use std::collections::BTreeMap;

use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::people::{PersonId, Shown};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RbmConfig {
    pub agents: Vec<RbmAgent>,
    /// `iss` of the statements that tokens are given for.
    pub service_account: String,
    /// Base64 of the account's public key (DER, `SubjectPublicKeyInfo`). Without it every well-formed statement is believed.
    pub public_key: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RbmAgent {
    pub id: String,
    /// What events are signed with.
    pub client_token: String,
    #[serde(default)]
    pub webhook: Option<String>,
}

impl Default for RbmConfig {
    fn default() -> Self {
        Self {
            agents: vec![RbmAgent { id: "example_agent".into(), client_token: "sim-client-token".into(), webhook: None }],
            service_account: "antiphon@example.com".into(),
            public_key: None,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RbmKnobs {
    /// Expired messages that cannot be taken back, and arrive a minute later.
    pub revoke_fails_percent: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RbmStatus {
    Accepted,
    Delivered,
    /// Taken back, by its time or by the business.
    Revoked,
}

#[derive(Clone, Debug)]
pub struct RbmMessage {
    pub agent: String,
    pub person: PersonId,
    pub to: String,
    pub shown: Shown,
    pub kind: String,
    pub status: RbmStatus,
    pub accepted_at: Timestamp,
}

#[derive(Debug, Default)]
pub struct RbmState {
    pub(crate) messages: BTreeMap<String, RbmMessage>,
    /// Tokens and when they end.
    pub(crate) tokens: BTreeMap<String, Timestamp>,
}

impl RbmState {
    /// A message by the id that its sender gave it.
    #[must_use]
    pub fn message(&self, id: &str) -> Option<&RbmMessage> {
        self.messages.get(id)
    }
}
