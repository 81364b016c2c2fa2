//! System messages: the user changed the number, the business-scoped id, or the device's identity key.

use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// `system.type`
    pub enum SystemKind {
        UserChangedNumber = "user_changed_number" | "customer_changed_number",
        UserChangedUserId = "user_changed_user_id",
        IdentityChanged = "customer_identity_changed" | "user_identity_changed",
    }
}

/// `system`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct System {
    #[serde(default)]
    pub body: String,
    #[serde(rename = "type")]
    pub kind: SystemKind,
    /// The new phone id; old payloads call it `new_wa_id`.
    #[serde(default, alias = "new_wa_id", deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
    /// The new business-scoped id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_user_id: Option<String>,
    /// The old business-scoped id; when it is missing, the message's `from_user_id` is the old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_user_id: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `identity`, beside a `customer_identity_changed` system message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<bool>,
    #[serde(default, with = "wire::seconds_opt", skip_serializing_if = "Option::is_none")]
    pub created_timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}
