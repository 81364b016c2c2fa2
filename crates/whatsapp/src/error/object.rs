//! The error object of answers and webhooks, in all its historic spellings.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The body of an answer that is not 2xx.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorEnvelope {
    pub error: ErrorObject,
}

/// `error` of an answer, and each of `errors[]` in webhooks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// Webhooks only; same as `message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `OAuthException` in nearly all answers.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "code")]
    pub code: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_data: Option<ErrorData>,
    #[serde(default, deserialize_with = "code_opt", skip_serializing_if = "Option::is_none")]
    pub error_subcode: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_user_title: Option<String>,
    /// Written for people; template creation explains itself here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_user_msg: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_transient: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fbtrace_id: Option<String>,
    /// Old payloads put the details here.
    #[serde(default, rename = "details", skip_serializing_if = "Option::is_none")]
    pub details_old: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `error_data`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messaging_product: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    number(&value).ok_or_else(|| serde::de::Error::custom(format!("expected an error code, got {value}")))
}

fn code_opt<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(number(&Value::deserialize(deserializer)?))
}

impl ErrorObject {
    /// An error as the simulator answers it.
    pub fn answer(code: i64, message: &str, details: Option<&str>) -> Self {
        Self {
            message: Some(message.to_owned()),
            kind: Some("OAuthException".to_owned()),
            code,
            error_data: details.map(|details| ErrorData {
                messaging_product: Some("whatsapp".to_owned()),
                details: Some(details.to_owned()),
                ..ErrorData::default()
            }),
            ..Self::default()
        }
    }

    /// The most telling text: details, else the text for people, else the message, else the title.
    pub fn explanation(&self) -> &str {
        let details = self.error_data.as_ref().and_then(|data| data.details.as_deref());
        [details, self.details_old.as_deref(), self.error_user_msg.as_deref(), self.message.as_deref(), self.title.as_deref()]
            .into_iter()
            .flatten()
            .find(|text| !text.is_empty())
            .unwrap_or("no explanation given")
    }

    /// What to do about it. `http` is the status of the answer; `None` when the error came in a webhook.
    pub fn class(&self, http: Option<u16>) -> super::Class {
        super::classify(self.code, http, self.is_transient)
    }
}

impl ErrorEnvelope {
    /// Reads the body of a failed answer; `None` when it is no error of the Graph API (a proxy's page, for instance).
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }
}
