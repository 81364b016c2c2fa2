//! The template itself.

use super::TemplateComponent;
use crate::webhook::{QualityScore, TemplateEvent};
use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// `category`
    pub enum Category { Marketing = "MARKETING", Utility = "UTILITY", Authentication = "AUTHENTICATION" }
}

open_enum! {
    /// `parameter_format`; positional is the default.
    pub enum ParameterFormat { Named = "named", Positional = "positional" }
}

/// Body of `POST /{waba}/message_templates`. Each language is its own template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateCreate {
    pub name: String,
    pub language: String,
    pub category: Category,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter_format: Option<ParameterFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_send_ttl_seconds: Option<i64>,
    pub components: Vec<TemplateComponent>,
}

/// Answer to a creation. Status and category may differ from what one expects: `APPROVED` or `REJECTED` at once, and
/// UTILITY silently becoming MARKETING.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateCreated {
    #[serde(deserialize_with = "wire::text")]
    pub id: String,
    pub status: TemplateEvent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
}

/// Body of `POST /{template_id}`; components replace all earlier ones. An approved template's category cannot change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TemplateEdit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<Vec<TemplateComponent>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_send_ttl_seconds: Option<i64>,
}

/// A template as `GET /{waba}/message_templates` lists it; which members come depends on `fields`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    #[serde(deserialize_with = "wire::text")]
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TemplateEvent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_category: Option<Category>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct_category: Option<Category>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter_format: Option<ParameterFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality_score: Option<TemplateQualityScore>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_reason: Option<String>,
    /// Kept as received where this version does not know a component.
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Value>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `quality_score`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateQualityScore {
    pub score: QualityScore,
    #[serde(default, with = "wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub date: Option<i64>,
}

impl Template {
    /// Components that this version knows.
    pub fn known_components(&self) -> Vec<TemplateComponent> {
        self.components.iter().filter_map(|raw| TemplateComponent::deserialize(raw).ok()).collect()
    }
}

/// Bounds of `message_send_ttl_seconds`; -1 means 30 days, for authentication and utility only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateTimeToLive {
    pub min_s: i64,
    pub max_s: i64,
    pub thirty_days_allowed: bool,
}

impl TemplateTimeToLive {
    /// `None` for a category without documented bounds.
    pub fn of(category: &Category) -> Option<Self> {
        match category {
            Category::Authentication => Some(Self { min_s: 30, max_s: 900, thirty_days_allowed: true }),
            Category::Utility => Some(Self { min_s: 30, max_s: 43_200, thirty_days_allowed: true }),
            Category::Marketing => Some(Self { min_s: 43_200, max_s: 2_592_000, thirty_days_allowed: false }),
            Category::Unknown(_) => None,
        }
    }

    pub fn accepts(self, seconds: i64) -> bool {
        (self.min_s..=self.max_s).contains(&seconds) || (seconds == -1 && self.thirty_days_allowed)
    }
}
