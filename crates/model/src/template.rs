//! Templates: a versioned source with typed variables, bodies per language, purpose, and the provider's approval.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Purpose, TemplateId, Timestamp};

/// A template of a workspace. The source is `variables` and the texts of `languages`; `version` is its hash.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Template {
    pub id: TemplateId,
    /// The name the provider knows it by: lower-case letters, digits, underscores.
    pub name: String,
    pub purpose: Purpose,
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// By BCP 47 tag; one of them is `default_language`.
    pub languages: BTreeMap<String, TemplateText>,
    pub default_language: String,
    pub version: String,
    pub updated_at: Timestamp,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Variable {
    pub name: String,
    #[serde(default)]
    pub kind: VariableKind,
    /// Shown to reviewers.
    pub sample: String,
    /// Used when the value is missing. Without it a missing value blocks the message (A71).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// In characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    #[default]
    Text,
    Number,
    Time,
}

/// One language of a template. `{{name}}` marks a variable.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TemplateText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<TemplateButton>,
    #[serde(default)]
    pub approval: Approval,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TemplateButton {
    /// `id` comes back when it is tapped.
    QuickReply {
        id: String,
        title: String,
    },
    /// `{{suffix}}` at the end of the address may be a variable.
    Url {
        title: String,
        url: String,
    },
    Call {
        title: String,
        phone: String,
    },
}

/// The provider's word on one language of a template.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Approval {
    pub state: ApprovalState,
    /// The provider's own state when it is one we do not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// What the provider bills it as; may differ from what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Version hash that was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    #[default]
    Draft,
    Pending,
    Approved,
    Rejected,
    Paused,
    Disabled,
    /// Any other state of the provider's; nothing is sent in it.
    Other,
}

impl TemplateButton {
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::QuickReply { title, .. } | Self::Url { title, .. } | Self::Call { title, .. } => title,
        }
    }
}

impl Template {
    /// The best text for a locale: the tag itself, then its language, then the default (A72).
    #[must_use]
    pub fn language_for(&self, locale: Option<&str>) -> Option<(&str, &TemplateText)> {
        let tags = locale.into_iter().flat_map(|tag| [Some(tag), tag.split(['-', '_']).next()]).flatten();
        tags.chain([self.default_language.as_str()]).find_map(|tag| {
            let wanted = tag.replace('_', "-");
            self.languages
                .iter()
                .find(|(have, _)| have.replace('_', "-").eq_ignore_ascii_case(&wanted))
                .map(|(have, text)| (have.as_str(), text))
        })
    }
}
