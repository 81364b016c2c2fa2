//! Templates: only a version that the provider approved in that language may go, and only for its own purpose (R-TPL-1, A69, A71).

use model::content::TemplateCall;
use model::message::Rendered;
use model::send_error::FallbackCause;
use model::template::{ApprovalState, Template};
use model::{Channel, Purpose};
use serde::{Deserialize, Serialize};

use crate::rule::{Finding, Rule};

/// Why a message with this purpose may not use a template of that purpose: the lint of A69, asked again by the gate.
#[must_use]
pub fn purpose_mismatch(message: Purpose, template: Purpose) -> Option<String> {
    let same_rank = |p| matches!(p, Purpose::Transactional | Purpose::Service);
    if message == template || (same_rank(message) && same_rank(template)) {
        return None;
    }
    Some(format!("a {message} message may not use a {template} template"))
}

/// Whether the provider bills a template that was written for something else as marketing.
#[must_use]
pub fn is_recategorised(purpose: Purpose, category: Option<&str>) -> bool {
    purpose != Purpose::Promotional && category.is_some_and(|c| c.eq_ignore_ascii_case("marketing"))
}

/// What could be said in one part of a draft.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// `in_window` or `out_of_window`.
    pub name: String,
    /// Why it could not be rendered for this person.
    pub missing: Option<String>,
}

impl Part {
    pub(crate) fn of(name: &str, rendered: &Rendered) -> Self {
        let missing = if let Rendered::Missing { reason } = rendered { Some(reason.clone()) } else { None };
        Self { name: name.to_owned(), missing }
    }
}

/// Rendering is total: each part is content or the reason why not (R-TPL-2).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RenderRule {
    pub channel: Channel,
    /// The parts that may be used now, best first.
    pub parts: Vec<Part>,
}

impl Rule for RenderRule {
    const NAME: &'static str = "render";

    fn evaluate(&self) -> Finding {
        if self.parts.iter().any(|p| p.missing.is_none()) {
            return Finding::pass("rendered");
        }
        let reasons: Vec<&str> = self.parts.iter().filter_map(|p| p.missing.as_deref()).collect();
        let detail = if reasons.is_empty() { "there is no content for this channel".to_owned() } else { reasons.join("; ") };
        Finding::deny("not_renderable", FallbackCause::NotRenderable, detail)
    }
}

/// A template as it is known at the moment of asking.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TemplateRule {
    pub channel: Channel,
    pub purpose: Purpose,
    pub name: String,
    pub language: String,
    /// The version that was rendered.
    pub version: String,
    /// The template's own purpose; absent when the template does not exist any more.
    pub template_purpose: Option<Purpose>,
    /// Absent when there is no such language.
    pub state: Option<ApprovalState>,
    pub raw_state: Option<String>,
    pub approved_version: Option<String>,
    pub category: Option<String>,
    /// A part that cannot be filled, so that the message would lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_sendable: Option<String>,
}

impl TemplateRule {
    #[must_use]
    pub fn of(channel: Channel, purpose: Purpose, call: &TemplateCall, template: Option<&Template>) -> Self {
        let same = |tag: &str| tag.replace('_', "-").eq_ignore_ascii_case(&call.language.replace('_', "-"));
        let text = template.and_then(|t| t.languages.iter().find(|(tag, _)| same(tag))).map(|(_, text)| text);
        let approval = text.map(|text| &text.approval);
        Self {
            channel,
            purpose,
            name: call.name.clone(),
            language: call.language.clone(),
            version: call.version.clone(),
            template_purpose: template.map(|t| t.purpose),
            state: approval.map(|a| a.state),
            raw_state: approval.and_then(|a| a.raw_state.clone()),
            approved_version: approval.and_then(|a| a.version.clone()),
            category: approval.and_then(|a| a.category.clone()),
            not_sendable: text.and_then(|text| text.not_sendable.clone()),
        }
    }
}

impl Rule for TemplateRule {
    const NAME: &'static str = "template";

    fn evaluate(&self) -> Finding {
        let deny = |code, detail: String| Finding::deny(code, FallbackCause::TemplateUnavailable, detail);
        let (name, language) = (&self.name, &self.language);
        let Some(purpose) = self.template_purpose else {
            return deny("template_unavailable", format!("template `{name}` does not exist"));
        };
        if let Some(why) = purpose_mismatch(self.purpose, purpose) {
            return deny("template_purpose", format!("{why} (`{name}`)"));
        }
        if self.channel != Channel::Whatsapp {
            return Finding::pass(format!("{} needs no approval; the text of `{name}` goes", self.channel));
        }
        if let Some(why) = &self.not_sendable {
            return deny("template_unavailable", format!("`{name}` ({language}) cannot be sent: {why}"));
        }
        match self.state {
            None => deny("template_unavailable", format!("template `{name}` has no language {language}")),
            Some(ApprovalState::Approved) if is_recategorised(purpose, self.category.as_deref()) => {
                deny("template_recategorised", format!("the provider turned `{name}` into marketing; review it before it goes on"))
            }
            Some(ApprovalState::Approved) if self.approved_version.as_deref() == Some(self.version.as_str()) => {
                Finding::pass(format!("`{name}` ({language}) is approved in this version"))
            }
            Some(ApprovalState::Approved) => {
                deny("template_unavailable", format!("the version of `{name}` ({language}) that was rendered is not the approved one"))
            }
            Some(state) => {
                let shown = self.raw_state.clone().unwrap_or_else(|| format!("{state:?}").to_lowercase());
                deny("template_unavailable", format!("`{name}` ({language}) is {shown}"))
            }
        }
    }
}
