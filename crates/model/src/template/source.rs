//! A template's source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Approval, CardText, CodeText, Endorsement, HeaderPart, Offer, TemplateButton};
use crate::{Purpose, TemplateId, Timestamp, UserId};

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
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct TemplateText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// In place of `header`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_part: Option<HeaderPart>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// In the provider's order: a button is named by its position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<TemplateButton>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardText>,
    /// Of authentication templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CodeText>,
    /// Why no message can be made of it: it has a part that we cannot fill. Only taking it in from the provider sets this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_sendable: Option<String>,
    /// Who wrote the present text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endorsed: Option<Endorsement>,
    #[serde(default)]
    pub approval: Approval,
}

impl TemplateText {
    /// Every text in which variables may stand, in the order in which the person sees them.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        let header = self.header.as_deref().into_iter().chain(self.header_part.iter().flat_map(HeaderPart::sources));
        let offer = self.offer.as_ref().and_then(|offer| offer.ends_at.as_deref());
        let buttons = self.buttons.iter().flat_map(TemplateButton::sources);
        header.chain([self.body.as_str()]).chain(offer).chain(buttons).chain(self.cards.iter().flat_map(CardText::sources)).collect()
    }

    /// What the provider reviews and the person sees, without anybody's word on it.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { approval: Approval::default(), author: None, endorsed: None, ..self.clone() }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What was stored before templates had parts: it reads, and is written as it was, so that its version stays.
    #[test]
    fn a_stored_template_without_parts_is_read_and_written_as_it_was() {
        let stored = r#"{"header":"Hi","body":"Hello {{first_name}}","footer":"Bye","buttons":[{"kind":"quick_reply","id":"y","title":"Yes"},{"kind":"url","title":"Open","url":"https://example.com/{{ref}}"},{"kind":"call","title":"Call","phone":"+12025550100"}],"approval":{"state":"approved","provider_id":"1","version":"v"}}"#;
        let text: TemplateText = serde_json::from_str(stored).unwrap();
        assert_eq!(text.sources(), ["Hi", "Hello {{first_name}}", "https://example.com/{{ref}}"]);
        assert_eq!(serde_json::to_string(&text).unwrap(), stored);
    }
}
