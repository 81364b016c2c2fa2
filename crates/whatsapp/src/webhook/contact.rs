//! `value.contacts[]`: who is on the other side.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Ids and profile of a user. At least one of `wa_id` and `user_id` is there; `wa_id` is absent for users with a
/// username, `user_id` (the business-scoped id) before April 2026.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ContactProfile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_key_hash: Option<String>,
    /// Members without a typed place.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the user calls himself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ContactProfile {
    pub fn name(&self) -> Option<&str> {
        self.profile.as_ref()?.name.as_deref()
    }

    pub fn username(&self) -> Option<&str> {
        self.profile.as_ref()?.username.as_deref()
    }

    /// Whether this profile belongs to a user with these ids. The business-scoped id decides when both sides have one;
    /// phone ids are compared under their Brazilian, Mexican and Argentine spellings.
    pub fn is_of(&self, phone: Option<&str>, user_id: Option<&str>) -> bool {
        if let (Some(own), Some(other)) = (self.user_id.as_deref(), user_id) {
            return own == other;
        }
        match (self.wa_id.as_deref(), phone) {
            (Some(own), Some(other)) => own == other || crate::number::match_key(own) == crate::number::match_key(other),
            _ => false,
        }
    }
}
