//! `flows`: state changes and health of forms.

use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// `event`
    pub enum FlowEvent {
        StatusChange = "FLOW_STATUS_CHANGE",
        ClientErrorRate = "CLIENT_ERROR_RATE",
        EndpointErrorRate = "ENDPOINT_ERROR_RATE",
        EndpointLatency = "ENDPOINT_LATENCY",
        EndpointAvailability = "ENDPOINT_AVAILABILITY",
        VersionExpiryWarning = "FLOW_VERSION_EXPIRY_WARNING",
    }
}

/// Members of all flow events; which are present depends on `event`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowUpdate {
    pub event: FlowEvent,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub flow_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_status: Option<String>,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<f64>,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// `ACTIVATED` or `DEACTIVATED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_state: Option<String>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FlowErrorCount>,
    /// Milliseconds.
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub p50_latency: Option<f64>,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub p90_latency: Option<f64>,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub requests_count: Option<f64>,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub availability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `errors[]` of an error-rate event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowErrorCount {
    #[serde(default)]
    pub error_type: String,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<f64>,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub error_count: Option<f64>,
}
