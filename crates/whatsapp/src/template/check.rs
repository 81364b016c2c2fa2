//! What Meta would refuse when a template is created.

use super::{Category, ParameterFormat, TemplateButton, TemplateComponent, TemplateCreate, TemplateHeaderFormat, TemplateTimeToLive};
use crate::limits;
use crate::validate::{Checker, ValidationError};

/// Names inside `{{…}}`, in order of appearance.
pub(super) fn variables(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start + 2..].find("}}") else { break };
        found.push(rest[start + 2..start + 2 + length].trim());
        rest = &rest[start + length + 4..];
    }
    found
}

fn check_variables(checker: &mut Checker, member: &str, text: &str, format: &ParameterFormat) {
    let names = variables(text);
    if names.is_empty() {
        return;
    }
    let trimmed = text.trim();
    checker.require(member, !trimmed.starts_with("{{") && !trimmed.ends_with("}}"), "a variable may not stand at the start or the end");
    checker.require(member, !text.contains("}}{{"), "two variables may not stand next to each other");
    match format {
        ParameterFormat::Named => {
            let named = |name: &&str| {
                name.starts_with(|c: char| c.is_ascii_lowercase())
                    && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            };
            checker.require(member, names.iter().all(named), "named variables use a-z, 0-9 and _");
        }
        _ => {
            let mut numbers: Vec<usize> = names.iter().filter_map(|name| name.parse().ok()).collect();
            numbers.sort_unstable();
            numbers.dedup();
            let all = names.iter().all(|name| name.parse::<usize>().is_ok());
            checker.require(
                member,
                all && numbers.iter().copied().eq(1..=numbers.len()),
                "variables must be numbered 1, 2, 3 … without gaps",
            );
        }
    }
}

impl TemplateCreate {
    /// Checks every documented limit of a definition.
    pub fn validate(&self) -> Result<(), ValidationError> {
        let mut checker = Checker::new();
        let plain = self.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        checker.text("name", &self.name, limits::TEMPLATE_NAME_MAX);
        checker.require("name", plain, "only a-z, 0-9 and _");
        checker.require("language", !self.language.is_empty(), "must not be empty");
        if let (Some(seconds), Some(bounds)) = (self.message_send_ttl_seconds, TemplateTimeToLive::of(&self.category)) {
            let rule = format!("must be {} to {} seconds for this category", bounds.min_s, bounds.max_s);
            checker.require("message_send_ttl_seconds", bounds.accepts(seconds), rule);
        }
        let has = |wanted: fn(&TemplateComponent) -> bool| self.components.iter().filter(|component| wanted(component)).count();
        checker.require("components", has(|c| matches!(c, TemplateComponent::Body { .. })) == 1, "exactly one body is required");
        checker.require("components", has(|c| matches!(c, TemplateComponent::Header { .. })) <= 1, "at most one header");
        checker.require("components", has(|c| matches!(c, TemplateComponent::Footer { .. })) <= 1, "at most one footer");
        let offer = has(|c| matches!(c, TemplateComponent::LimitedTimeOffer { .. })) > 0;
        let footer = has(|c| matches!(c, TemplateComponent::Footer { .. })) > 0;
        checker.require("components", !(offer && footer), "a limited-time offer takes no footer");
        checker.each("components", &self.components, |checker, component| self.check_component(checker, component, offer));
        checker.finish()
    }

    fn check_component(&self, checker: &mut Checker, component: &TemplateComponent, offer: bool) {
        let format = self.parameter_format.clone().unwrap_or(ParameterFormat::Positional);
        match component {
            TemplateComponent::Header { format: header, text, example } => match (header, text) {
                (TemplateHeaderFormat::Text, Some(text)) => {
                    checker.text("text", text, limits::HEADER_TEXT_MAX);
                    let count = variables(text).len();
                    checker.require("text", count <= 1, "a header takes one variable");
                    let samples = example.as_ref().map_or(0, |example| example.header_text.len() + example.header_text_named_params.len());
                    checker.require("example", samples >= count, "a sample for the variable is required");
                }
                (TemplateHeaderFormat::Text, None) => checker.require("text", false, "required"),
                (TemplateHeaderFormat::Location | TemplateHeaderFormat::Product, _) => {}
                _ => {
                    let handle = example.as_ref().is_some_and(|example| !example.header_handle.is_empty());
                    checker.require("example.header_handle", handle, "a sample file is required");
                }
            },
            TemplateComponent::Body { text, example, .. } => {
                let Some(text) = text else {
                    checker.require("text", self.category == Category::Authentication, "required");
                    return;
                };
                let max = if offer { limits::TEMPLATE_BODY_WITH_OFFER_MAX } else { limits::TEMPLATE_BODY_MAX };
                checker.text("text", text, max);
                check_variables(checker, "text", text, &format);
                let mut names = variables(text);
                names.sort_unstable();
                names.dedup();
                let samples = example
                    .as_ref()
                    .map_or(0, |example| example.body_text.first().map_or(0, Vec::len) + example.body_text_named_params.len());
                checker.require("example", samples >= names.len(), format!("{} sample values are required, has {samples}", names.len()));
            }
            TemplateComponent::Footer { text, code_expiration_minutes } => {
                if let Some(text) = text {
                    checker.text("text", text, limits::FOOTER_MAX);
                    checker.require("text", variables(text).is_empty(), "a footer takes no variables");
                }
                if let Some(minutes) = code_expiration_minutes {
                    checker.require("code_expiration_minutes", (1..=90).contains(minutes), "must be 1 to 90");
                }
            }
            TemplateComponent::Buttons { buttons } => check_buttons(checker, buttons),
            TemplateComponent::LimitedTimeOffer { text, .. } => {
                checker.text("limited_time_offer.text", text, limits::TEMPLATE_OFFER_TEXT_MAX);
            }
            TemplateComponent::Carousel { cards } => {
                checker.count("cards", cards.len(), limits::CAROUSEL_CARDS_MIN, limits::CAROUSEL_CARDS_MAX);
                let shape = |index: usize| cards[index].components.iter().map(std::mem::discriminant).collect::<Vec<_>>();
                checker.require("cards", (1..cards.len()).all(|index| shape(index) == shape(0)), "all cards must have the same structure");
            }
            TemplateComponent::CallPermissionRequest => {}
        }
    }
}

fn check_buttons(checker: &mut Checker, buttons: &[TemplateButton]) {
    checker.count("buttons", buttons.len(), 1, limits::TEMPLATE_BUTTONS_MAX);
    let count = |wanted: fn(&TemplateButton) -> bool| buttons.iter().filter(|button| wanted(button)).count();
    let urls = count(|button| matches!(button, TemplateButton::Url { .. }));
    checker.require("buttons", urls <= limits::TEMPLATE_URL_BUTTONS_MAX, "at most 2 link buttons");
    checker.require("buttons", count(|button| matches!(button, TemplateButton::PhoneNumber { .. })) <= 1, "at most 1 phone button");
    checker.require("buttons", count(|button| matches!(button, TemplateButton::CopyCode { .. })) <= 1, "at most 1 code button");
    let is_reply = |button: &TemplateButton| matches!(button, TemplateButton::QuickReply { .. });
    let groups = buttons.windows(2).filter(|pair| is_reply(&pair[0]) != is_reply(&pair[1])).count();
    checker.require("buttons", groups <= 1, "quick replies must stand together");
    checker.each("buttons", buttons, |checker, button| {
        if let Some(text) = button.text() {
            checker.text("text", text, limits::TEMPLATE_BUTTON_LABEL_MAX);
        }
        match button {
            TemplateButton::Url { url, example, .. } => {
                checker.url("url", url);
                let count = variables(url).len();
                checker.require("url", count == 0 || (count == 1 && url.ends_with("}}")), "one variable, at the end");
                checker.require("example", count == 0 || !example.is_empty(), "a sample for the variable is required");
            }
            TemplateButton::CopyCode { example } => checker.text("example", example, limits::TEMPLATE_COUPON_MAX),
            _ => {}
        }
    });
}
