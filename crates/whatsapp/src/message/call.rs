//! `POST /{phone_number_id}/calls` and the call permission look-up.

use serde::{Deserialize, Serialize};

/// `action`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallAction {
    Connect,
    PreAccept,
    Accept,
    Reject,
    Terminate,
}

/// `session`: an SDP offer or answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSession {
    pub sdp_type: String,
    pub sdp: String,
}

/// Starts a call (`to` and an offer) or acts on one (`call_id`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRequest {
    pub messaging_product: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    pub action: CallAction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<CallSession>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biz_opaque_callback_data: Option<String>,
}

impl CallRequest {
    pub fn connect(to: &str, session: CallSession) -> Self {
        Self { to: Some(to.to_owned()), session: Some(session), ..Self::on(CallAction::Connect) }
    }

    pub fn act(call_id: &str, action: CallAction, session: Option<CallSession>) -> Self {
        Self { call_id: Some(call_id.to_owned()), session, ..Self::on(action) }
    }

    fn on(action: CallAction) -> Self {
        Self { messaging_product: "whatsapp".to_owned(), to: None, call_id: None, action, session: None, biz_opaque_callback_data: None }
    }
}

/// Answer to `connect`: `calls`; to the other actions: `success`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallResponse {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messaging_product: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
}

/// `calls[]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallId {
    pub id: String,
}

/// Answer of `GET /{phone_number_id}/call_permissions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPermission {
    #[serde(default)]
    pub permission: CallPermissionState,
    #[serde(default)]
    pub actions: Vec<CallPermissionAction>,
}

/// `permission`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPermissionState {
    /// `temporary`, `permanent`, `no_permission` …
    #[serde(default)]
    pub status: String,
    #[serde(default, with = "crate::wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<i64>,
}

/// `actions[]`: what may be done now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPermissionAction {
    pub action_name: String,
    #[serde(default)]
    pub can_perform_action: bool,
    #[serde(default)]
    pub limits: Vec<CallPermissionLimit>,
}

/// `actions[].limits[]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPermissionLimit {
    /// ISO 8601 duration.
    pub time_period: String,
    pub max_allowed: u32,
    pub current_usage: u32,
}
