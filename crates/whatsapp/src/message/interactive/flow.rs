//! Flow messages: forms inside WhatsApp.

use super::parts::{Frame, Header, NamedAction, TextPart};
use crate::limits;
use crate::validate::Checker;
use crate::wire;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `flow`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowMessage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    pub body: TextPart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<TextPart>,
    pub action: NamedAction<FlowParameters>,
}

/// `mode`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FlowMode {
    Draft,
    Published,
}

/// `flow_action`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowAction {
    Navigate,
    DataExchange,
}

/// `action.parameters`: exactly one of `flow_id` and `flow_name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowParameters {
    #[serde(default = "version", deserialize_with = "wire::text")]
    pub flow_message_version: String,
    /// Comes back with the answers; `unused` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_token: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub flow_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_name: Option<String>,
    pub flow_cta: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<FlowMode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_action: Option<FlowAction>,
    /// `screen` and `data`, with `navigate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_action_payload: Option<Value>,
}

fn version() -> String {
    "3".to_owned()
}

impl FlowMessage {
    pub fn new(body: &str, flow_id: &str, flow_cta: &str, flow_token: &str) -> Self {
        let parameters = FlowParameters {
            flow_message_version: version(),
            flow_token: Some(flow_token.to_owned()),
            flow_id: Some(flow_id.to_owned()),
            flow_name: None,
            flow_cta: flow_cta.to_owned(),
            mode: None,
            flow_action: None,
            flow_action_payload: None,
        };
        Self { header: None, body: body.into(), footer: None, action: NamedAction::new("flow", Some(parameters)) }
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        let body_max = limits::INTERACTIVE_BODY_MAX;
        Frame { header: self.header.as_ref(), body: Some(&self.body), body_max, footer: self.footer.as_ref() }.check(checker);
        self.action.check(checker, "flow");
        let Some(parameters) = &self.action.parameters else {
            checker.require("action.parameters", false, "required");
            return;
        };
        checker.inside("action.parameters", |checker| {
            let one = parameters.flow_id.is_some() != parameters.flow_name.is_some();
            checker.require("flow_id", one, "exactly one of flow_id and flow_name is required");
            checker.text("flow_cta", &parameters.flow_cta, limits::BUTTON_TITLE_MAX);
            let exchange_with_payload =
                parameters.flow_action == Some(FlowAction::DataExchange) && parameters.flow_action_payload.is_some();
            checker.require("flow_action_payload", !exchange_with_payload, "is for navigate only");
        });
    }
}
