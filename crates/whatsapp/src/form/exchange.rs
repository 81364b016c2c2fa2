//! What a phone asks of a form's endpoint, and the forms of answers.

use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

open_enum! {
    /// `action`
    pub enum FormAction {
        /// Meta looks whether we live.
        Ping = "ping",
        /// The form was opened.
        Init = "INIT",
        Back = "BACK",
        Exchange = "data_exchange",
    }
}

/// A request, decrypted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormRequest {
    #[serde(default)]
    pub version: String,
    pub action: FormAction,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// What the page gave; with `error` in it, a notice that the phone could not use our last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Ours, from the message that opened the form.
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub flow_token: Option<String>,
}

impl FormRequest {
    /// What the page gave.
    pub fn given(&self) -> Map<String, Value> {
        self.data.as_ref().and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// It tells of an error and wants no page.
    pub fn is_notice(&self) -> bool {
        self.data.as_ref().is_some_and(|data| data.get("error").is_some())
    }
}

/// To a ping.
pub fn alive() -> Value {
    json!({ "data": { "status": "active" } })
}

/// To a notice of an error.
pub fn acknowledged() -> Value {
    json!({ "data": { "acknowledged": true } })
}

/// Shows a page. `complaint` is shown to the person for a moment.
pub fn page(screen: &str, mut data: Map<String, Value>, complaint: Option<&str>) -> Value {
    if let Some(complaint) = complaint {
        data.insert("error_message".to_owned(), complaint.into());
    }
    json!({ "screen": screen, "data": data })
}

/// Ends the form; `answers` come back as a message of the person's.
pub fn finished(token: &str, mut answers: Map<String, Value>) -> Value {
    answers.insert("flow_token".to_owned(), token.into());
    json!({ "screen": "SUCCESS", "data": { "extension_message_response": { "params": answers } } })
}
