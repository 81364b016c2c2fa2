//! Fields about message templates.

use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The three members that name a template in every template field. Each language is its own template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateRef {
    #[serde(rename = "message_template_id", with = "wire::numeric_id")]
    pub id: String,
    #[serde(rename = "message_template_name", default)]
    pub name: String,
    #[serde(rename = "message_template_language", default)]
    pub language: String,
}

open_enum! {
    /// `event` of a status update, and `status` of a template.
    pub enum TemplateEvent {
        Approved = "APPROVED",
        Rejected = "REJECTED",
        Pending = "PENDING",
        Paused = "PAUSED",
        Disabled = "DISABLED",
        Flagged = "FLAGGED",
        InAppeal = "IN_APPEAL",
        LimitExceeded = "LIMIT_EXCEEDED",
        Locked = "LOCKED",
        Unlocked = "UNLOCKED",
        Archived = "ARCHIVED",
        Unarchived = "UNARCHIVED",
        Deleted = "DELETED",
        PendingDeletion = "PENDING_DELETION",
        Reinstated = "REINSTATED",
    }
}

/// `message_template_status_update`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateStatusUpdate {
    pub event: TemplateEvent,
    #[serde(flatten)]
    pub template: TemplateRef,
    /// NONE, INVALID_FORMAT, INCORRECT_CATEGORY, ABUSIVE_CONTENT, PROMOTIONAL, SCAM, TAG_CONTENT_MISMATCH.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, rename = "message_template_category", skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_info: Option<DisableInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_info: Option<TemplateOtherInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection_info: Option<RejectionInfo>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `disable_info`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisableInfo {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub disable_date: Option<String>,
}

/// `other_info`: which pause, or that a pause ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateOtherInfo {
    /// FIRST_PAUSE, SECOND_PAUSE, RATE_LIMITING_PAUSE, UNPAUSE or DISABLED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// `rejection_info`, with INVALID_FORMAT only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectionInfo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<String>,
}

open_enum! {
    /// Quality of a template or a number.
    pub enum QualityScore { Green = "GREEN", Yellow = "YELLOW", Red = "RED", Unrated = "UNKNOWN" | "NA" }
}

/// `message_template_quality_update`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateQuality {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_quality_score: Option<QualityScore>,
    pub new_quality_score: QualityScore,
    #[serde(flatten)]
    pub template: TemplateRef,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `message_template_components_update`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateComponents {
    #[serde(flatten)]
    pub template: TemplateRef,
    #[serde(default, rename = "message_template_title", skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    #[serde(default, rename = "message_template_element", skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default, rename = "message_template_footer", skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    #[serde(default, rename = "message_template_buttons", deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<TemplateButtonInfo>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One of `message_template_buttons`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateButtonInfo {
    #[serde(default, rename = "message_template_button_type")]
    pub kind: String,
    #[serde(default, rename = "message_template_button_text", skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, rename = "message_template_button_url", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, rename = "message_template_button_phone_number", skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
}

/// `template_category_update`: an announcement (24 hours ahead) or the change itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateCategoryUpdate {
    #[serde(flatten)]
    pub template: TemplateRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_category: Option<String>,
    /// The **current** category in an announcement, the new one in a change: see the methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct_category: Option<String>,
    #[serde(default, with = "wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub category_update_timestamp: Option<i64>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl TemplateCategoryUpdate {
    /// True when the change is still to come.
    pub fn is_announcement(&self) -> bool {
        self.correct_category.is_some()
    }

    /// The category that applies, or will apply, in the end.
    pub fn final_category(&self) -> Option<&str> {
        self.correct_category.as_deref().or(self.new_category.as_deref())
    }
}

/// `template_correct_category_detection`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorrectCategory {
    #[serde(flatten)]
    pub template: TemplateRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct_category: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
