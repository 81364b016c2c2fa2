//! Channels and addresses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Whatsapp,
    Sms,
    Rcs,
    Email,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    Phone,
    Bsuid,
    Email,
    External,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AddressKey {
    pub kind: AddressKind,
    #[schema(example = "+12025550123")]
    pub value: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Address {
    pub kind: AddressKind,
    #[schema(example = "+12025550123")]
    pub value: String,
    /// Proved to be this person's.
    pub verified: bool,
    /// `webhook`, `api`, `import`, `agent`.
    pub source: String,
    #[schema(format = DateTime)]
    pub added_at: String,
    /// By channel. A channel without an entry is untried.
    #[serde(default)]
    pub reach: BTreeMap<String, Reach>,
    /// When the channel last told that the person's device is another one: whoever answers now may be somebody else.
    #[schema(format = DateTime)]
    pub identity_changed_at: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Reach {
    Reachable {
        #[schema(format = DateTime)]
        since: String,
    },
    Unreachable {
        #[schema(format = DateTime)]
        since: String,
        #[schema(format = DateTime)]
        until: String,
        reason: String,
        /// When it was found so before, lately; the last is `since`.
        #[serde(default)]
        #[schema(value_type = Vec<String>, format = DateTime)]
        strikes: Vec<String>,
    },
    Suppressed {
        #[schema(format = DateTime)]
        since: String,
        reason: String,
    },
}
