//! `user_preferences`: the user stopped or resumed marketing from this business inside WhatsApp.

use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// `value`
    pub enum PreferenceValue { Stop = "stop", Resume = "resume", Signup = "signup" }
}

/// One preference. Sending marketing after `stop` gives error 131050.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserPreference {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// `marketing_messages` is the only documented one.
    pub category: String,
    pub value: PreferenceValue,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub signup_id: Option<String>,
    /// Unix seconds; an integer here, a string was seen too.
    #[serde(default, with = "wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
