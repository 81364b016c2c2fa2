//! `calls`: voice calls and the states of outgoing ones.

use crate::error::ErrorObject;
use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// `direction`
    pub enum CallDirection { UserInitiated = "USER_INITIATED", BusinessInitiated = "BUSINESS_INITIATED" }
}

/// `calls[]`. A call from the user, missed or answered, opens the service window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// `wacid.` …
    pub id: String,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_user_id: Option<String>,
    /// `connect` or `terminate`.
    pub event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<CallDirection>,
    #[serde(default, with = "wire::seconds_opt", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<CallSession>,
    /// `COMPLETED` or `FAILED`, on `terminate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(default, with = "wire::seconds_opt", skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    #[serde(default, with = "wire::seconds_opt", skip_serializing_if = "Option::is_none")]
    pub end_time: Option<i64>,
    /// Seconds.
    #[serde(default, with = "wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biz_opaque_callback_data: Option<String>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorObject>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `calls[].session`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSession {
    #[serde(default)]
    pub sdp: String,
    #[serde(default)]
    pub sdp_type: String,
}

/// `statuses[]` under the field `calls`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallStatus {
    pub id: String,
    /// `RINGING`, `ACCEPTED` or `REJECTED`.
    pub status: String,
    #[serde(with = "wire::seconds")]
    pub timestamp: i64,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub recipient_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_user_id: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
