//! Fields about one phone number: quality, name, username, security.

use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `phone_number_quality_update`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhoneNumberQuality {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
    /// ONBOARDING, THROUGHPUT_UPGRADE; historic FLAGGED, UNFLAGGED, UPGRADE, DOWNGRADE.
    pub event: String,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub old_limit: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub current_limit: Option<String>,
    /// `TIER_250` to `TIER_UNLIMITED`.
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub max_daily_conversations_per_business: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

open_enum! {
    /// `decision` of names and account reviews.
    pub enum NameDecision { Approved = "APPROVED", Rejected = "REJECTED", Deferred = "DEFERRED", Pending = "PENDING" }
}

/// `phone_number_name_update`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhoneNumberName {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
    pub decision: NameDecision,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_verified_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection_reason: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `business_username_updates`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BusinessUsername {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `approved`, `deleted` or `reserved`.
    pub status: String,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `security`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecurityEvent {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
    /// PIN_CHANGED, PIN_RESET_REQUEST or PIN_REQUEST_SUCCESS.
    pub event: String,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
