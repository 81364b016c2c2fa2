//! Group fields: lifecycle, participants, settings, suspension. Answers to our group requests arrive here too.

use crate::error::ErrorObject;
use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// `groups[].type`
    pub enum GroupEventType {
        Create = "group_create",
        Delete = "group_delete",
        ParticipantsAdd = "group_participants_add",
        ParticipantsRemove = "group_participants_remove",
        JoinRequestCreated = "group_join_request_created",
        JoinRequestRevoked = "group_join_request_revoked",
        SettingsUpdate = "group_settings_update",
        Suspend = "group_suspend",
        SuspendCleared = "group_suspend_cleared",
    }
}

/// `groups[]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupEvent {
    #[serde(default, with = "wire::seconds_opt", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    #[serde(rename = "type")]
    pub kind: GroupEventType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite_link: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_approval_mode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub added_participants: Vec<GroupParticipant>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub removed_participants: Vec<GroupParticipant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_subject: Option<GroupSetting>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_description: Option<GroupSetting>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorObject>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A participant who joined or left.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupParticipant {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One setting of an update; settings succeed and fail one by one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupSetting {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default)]
    pub update_successful: bool,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorObject>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
