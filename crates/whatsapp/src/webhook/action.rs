//! Clicks on marketing messages, and events that Meta derives itself.

use crate::wire;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `user_actions[]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserAction {
    /// `marketing_messages_link_click` is the only documented one.
    pub action_type: String,
    #[serde(default, with = "wire::seconds_opt", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    #[serde(default, rename = "marketing_messages_link_click_data", skip_serializing_if = "Option::is_none")]
    pub link_click: Option<LinkClick>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `marketing_messages_link_click_data`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkClick {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_component: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_token: Option<String>,
}

/// `automatic_events[]`: a purchase or a lead that Meta recognised in a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AutomaticEvent {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `Purchase` or `LeadSubmitted`.
    pub event_name: String,
    #[serde(default, with = "wire::seconds_opt", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ctwa_clid: Option<String>,
    /// `currency`, `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<Value>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
