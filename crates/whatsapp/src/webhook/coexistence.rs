//! One number in the phone app and on the Cloud API: echoes, contact sync, history.
//! Page: Embedded Signup, "Onboarding business app users".

use super::InboundMessage;
use crate::error::ErrorObject;
use crate::wire;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `message_echoes[]`: a message that the owner typed in the app. `message.from` is the business.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageEcho {
    pub to: Option<String>,
    pub to_user_id: Option<String>,
    pub to_parent_user_id: Option<String>,
    pub message: InboundMessage,
}

impl<'de> Deserialize<'de> for MessageEcho {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut message = InboundMessage::deserialize(deserializer)?;
        let mut take = |name: &str| match message.extra.shift_remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        Ok(Self { to: take("to"), to_user_id: take("to_user_id"), to_parent_user_id: take("to_parent_user_id"), message })
    }
}

/// `state_sync[]`: a contact of the app's address book was added, changed or removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactSync {
    /// `contact` is the only documented one.
    #[serde(rename = "type")]
    pub kind: String,
    /// `add` or `remove`.
    #[serde(default)]
    pub action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<SyncedContact>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `state_sync[].contact`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SyncedContact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `history[]`: one chunk, possibly out of order; or the refusal of the owner (`errors`, code 2593109).
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct History {
    #[serde(default)]
    pub metadata: Option<HistoryMetadata>,
    #[serde(default, deserialize_with = "wire::list")]
    pub threads: Vec<HistoryThread>,
    #[serde(default, deserialize_with = "wire::list")]
    pub errors: Vec<ErrorObject>,
}

/// `history[].metadata`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryMetadata {
    /// 0: the first day, 1: to day 90, 2: to day 180.
    #[serde(default)]
    pub phase: u32,
    #[serde(default)]
    pub chunk_order: u32,
    /// Per cent.
    #[serde(default)]
    pub progress: u32,
}

/// `history[].threads[]`: `id` is the user's phone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HistoryThread {
    #[serde(deserialize_with = "wire::text")]
    pub id: String,
    #[serde(default, deserialize_with = "wire::list")]
    pub messages: Vec<HistoryMessage>,
}

/// An old message of either side, or one that could not be read (its neighbours are kept).
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryMessage {
    Read {
        message: Box<InboundMessage>,
        to: Option<String>,
        /// READ, DELIVERED, PLAYED, SENT, PENDING or ERROR.
        status: Option<String>,
    },
    Unparsed {
        raw: Value,
        error: String,
    },
}

impl<'de> Deserialize<'de> for HistoryMessage {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(deserializer)?;
        Ok(match InboundMessage::deserialize(&raw) {
            Ok(mut message) => {
                let to = message.extra.shift_remove("to").and_then(|to| to.as_str().map(str::to_owned));
                let context = message.extra.shift_remove("history_context");
                let status = context.as_ref().and_then(|context| context.get("status")).and_then(Value::as_str).map(str::to_owned);
                Self::Read { message: Box::new(message), to, status }
            }
            Err(error) => Self::Unparsed { error: error.to_string(), raw },
        })
    }
}
