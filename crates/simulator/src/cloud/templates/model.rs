//! One template in one language.

use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Shape;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Category {
    Marketing,
    Utility,
    Authentication,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Pending,
    Approved,
    Rejected,
    Paused,
    Disabled,
    Flagged,
    Reinstated,
    PendingDeletion,
    Deleted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Quality {
    Green,
    Yellow,
    Red,
    Unknown,
}

#[derive(Clone, Debug)]
pub struct Template {
    pub id: String,
    pub name: String,
    pub language: String,
    pub category: Category,
    pub previous_category: Option<Category>,
    pub status: Status,
    pub components: Value,
    pub shape: Shape,
    pub named: bool,
    pub ttl_s: Option<i64>,
    pub quality: Quality,
    pub quality_at: Timestamp,
    pub rejected_reason: Option<String>,
    /// Approved at some time: its name stays locked for 30 days after deletion.
    pub was_approved: bool,
    pub edits: Vec<Timestamp>,
    pub pauses: u32,
    /// Sends are held for quality assessment instead of delivered.
    pub pacing: bool,
    /// Paused by pacing: must be unpaused by hand.
    pub paused_by_pacing: bool,
    pub created_at: Timestamp,
}

impl Category {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "MARKETING" => Some(Self::Marketing),
            "UTILITY" => Some(Self::Utility),
            "AUTHENTICATION" => Some(Self::Authentication),
            _ => None,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Marketing => "MARKETING",
            Self::Utility => "UTILITY",
            Self::Authentication => "AUTHENTICATION",
        }
    }

    /// As it stands in pricing objects.
    #[must_use]
    pub fn price_name(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::Utility => "utility",
            Self::Authentication => "authentication",
        }
    }
}

impl Status {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
            Self::Paused => "PAUSED",
            Self::Disabled => "DISABLED",
            Self::Flagged => "FLAGGED",
            Self::Reinstated => "REINSTATED",
            Self::PendingDeletion => "PENDING_DELETION",
            Self::Deleted => "DELETED",
        }
    }
}

impl Quality {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Green => "GREEN",
            Self::Yellow => "YELLOW",
            Self::Red => "RED",
            Self::Unknown => "UNKNOWN",
        }
    }
}

impl Template {
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.status == Status::Deleted
    }

    /// The node as the Graph API shows it; without `fields` the members that Meta gives by default.
    #[must_use]
    pub fn node(&self, fields: &[String]) -> Value {
        let all = json!({
            "name": self.name,
            "parameter_format": if self.named { "NAMED" } else { "POSITIONAL" },
            "components": self.components,
            "language": self.language,
            "status": self.status.name(),
            "category": self.category.name(),
            "sub_category": "CUSTOM",
            "previous_category": self.previous_category.map(Category::name),
            "quality_score": { "score": self.quality.name(), "date": self.quality_at.as_secs() },
            "rejected_reason": self.rejected_reason.as_deref().unwrap_or("NONE"),
            "message_send_ttl_seconds": self.ttl_s,
            "library_template_name": null,
        });
        const DEFAULT: [&str; 6] = ["name", "parameter_format", "components", "language", "status", "category"];
        let mut node = serde_json::Map::new();
        for (name, value) in all.as_object().into_iter().flatten() {
            let wanted = if fields.is_empty() { DEFAULT.contains(&name.as_str()) } else { fields.contains(name) };
            if wanted && !value.is_null() {
                node.insert(name.clone(), value.clone());
            }
        }
        node.insert("id".into(), self.id.clone().into());
        Value::Object(node)
    }
}
