//! What Telnyx knows.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::TelnyxMessage;
use crate::people::PersonId;

/// One account with one messaging profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelnyxConfig {
    pub api_key: String,
    /// The pair of keys that sign webhooks is made from this; `GET /_sim/status` shows the public one.
    pub signing_secret: String,
    pub profile_id: String,
    /// Numbers of the profile.
    pub numbers: Vec<String>,
    /// Where the profile posts what people write, and statuses of messages that name no address themselves.
    pub webhook_url: Option<String>,
}

impl Default for TelnyxConfig {
    fn default() -> Self {
        Self {
            api_key: "sim-telnyx-key".into(),
            signing_secret: "sim-telnyx-signing".into(),
            profile_id: "40017d5b-0000-4000-8000-000000000001".into(),
            numbers: vec!["+12025550166".into()],
            webhook_url: None,
        }
    }
}

#[derive(Debug, Default)]
pub struct TelnyxState {
    pub(super) messages: BTreeMap<String, TelnyxMessage>,
    /// Files of people's messages, by id: type and bytes.
    pub(super) files: BTreeMap<String, (String, Bytes)>,
    /// The last base URL under which a client reached the API; the addresses of files are built from it.
    pub(super) base: Option<String>,
}

impl TelnyxState {
    #[must_use]
    pub fn author_of(&self, id: &str) -> Option<PersonId> {
        self.messages.get(id).filter(|message| message.inbound).map(|message| message.person)
    }
}
