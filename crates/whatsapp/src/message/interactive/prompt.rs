//! Kinds with one named action: link button, location request, contact request, address form, calls, payments.

use super::parts::{Frame, Header, NamedAction, TextPart};
use crate::limits;
use crate::validate::Checker;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `cta_url`: one button that opens a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CtaUrlMessage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    pub body: TextPart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<TextPart>,
    pub action: NamedAction<CtaUrlParameters>,
}

/// `action.parameters` of `cta_url`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CtaUrlParameters {
    pub display_text: String,
    pub url: String,
}

impl CtaUrlMessage {
    pub fn new(body: &str, display_text: &str, url: &str) -> Self {
        Self { header: None, body: body.into(), footer: None, action: cta_url(display_text, url) }
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        let body_max = limits::INTERACTIVE_BODY_MAX;
        Frame { header: self.header.as_ref(), body: Some(&self.body), body_max, footer: self.footer.as_ref() }.check(checker);
        check_cta_url(checker, &self.action);
    }
}

pub(super) fn cta_url(display_text: &str, url: &str) -> NamedAction<CtaUrlParameters> {
    NamedAction::new("cta_url", Some(CtaUrlParameters { display_text: display_text.to_owned(), url: url.to_owned() }))
}

pub(super) fn check_cta_url(checker: &mut Checker, action: &NamedAction<CtaUrlParameters>) {
    action.check(checker, "cta_url");
    match &action.parameters {
        Some(parameters) => checker.inside("action.parameters", |checker| {
            checker.text("display_text", &parameters.display_text, limits::BUTTON_TITLE_MAX);
            checker.url("url", &parameters.url);
        }),
        None => checker.require("action.parameters", false, "required"),
    }
}

/// A body and a named action: `location_request_message`, `request_contact_info`, `address_message`, `voice_call`,
/// `order_details`, `order_status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prompt<P> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    pub body: TextPart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<TextPart>,
    pub action: NamedAction<P>,
}

impl<P> Prompt<P> {
    pub fn new(body: &str, action: &str, parameters: Option<P>) -> Self {
        Self { header: None, body: body.into(), footer: None, action: NamedAction::new(action, parameters) }
    }

    pub(super) fn check(&self, checker: &mut Checker, action: &str) {
        let body_max = limits::INTERACTIVE_BODY_MAX;
        Frame { header: self.header.as_ref(), body: Some(&self.body), body_max, footer: self.footer.as_ref() }.check(checker);
        self.action.check(checker, action);
    }
}

impl Prompt<()> {
    /// Asks for the user's location.
    pub fn location(body: &str) -> Self {
        Self::new(body, "send_location", None)
    }

    /// Asks for the user's phone number.
    pub fn contact_info(body: &str) -> Self {
        Self::new(body, "request_contact_info", None)
    }
}

/// `action.parameters` of `address_message`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AddressParameters {
    /// ISO country; the form exists for `IN` and `SG`.
    pub country: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saved_addresses: Vec<Value>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub validation_errors: Map<String, Value>,
}

impl Prompt<AddressParameters> {
    pub(super) fn check_address(&self, checker: &mut Checker) {
        self.check(checker, "address_message");
        let country = self.action.parameters.as_ref().map(|parameters| parameters.country.as_str()).unwrap_or_default();
        checker.require("action.parameters.country", country.len() == 2, "must be a two-letter country");
    }
}

/// `action.parameters` of `voice_call`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceCallParameters {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

impl Prompt<VoiceCallParameters> {
    pub(super) fn check_voice(&self, checker: &mut Checker) {
        self.check(checker, "voice_call");
        let label = self.action.parameters.as_ref().and_then(|parameters| parameters.display_text.as_deref());
        checker.longest("action.parameters.display_text", label.unwrap_or_default(), limits::BUTTON_TITLE_MAX);
    }
}

/// `call_permission_request`: once in 24 hours and twice in 7 days for each user (138009). The body is optional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPermissionMessage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<TextPart>,
    pub action: NamedAction<()>,
}

impl CallPermissionMessage {
    pub fn new(body: Option<&str>) -> Self {
        Self { body: body.map(TextPart::from), action: NamedAction::new("call_permission_request", None) }
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        Frame { header: None, body: self.body.as_ref(), body_max: limits::INTERACTIVE_BODY_MAX, footer: None }.check(checker);
        self.action.check(checker, "call_permission_request");
    }
}
