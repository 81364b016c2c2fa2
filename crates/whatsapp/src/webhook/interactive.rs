//! Taps and submissions. A tap on a template's quick reply and a tap on a session button are two shapes of one gesture.

use crate::wire;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

/// `button`: a tap on a template's quick reply. May come without `context`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateButton {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// `interactive`, by its own `type`.
#[derive(Debug, Clone, PartialEq)]
pub enum InteractiveReply {
    Button(ButtonReply),
    List(ListReply),
    /// A submitted form: a Flow (`name` is `flow`) or an address message.
    Form(FormReply),
    CallPermission(CallPermissionReply),
    /// A type that this version does not know, whole.
    Unknown {
        type_name: String,
        raw: Value,
    },
}

/// `button_reply`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ButtonReply {
    pub id: String,
    #[serde(default)]
    pub title: String,
}

/// `list_reply`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReply {
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// `nfm_reply`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReply {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// A JSON text; nothing guarantees that it holds an object, or JSON at all.
    #[serde(default)]
    pub response_json: String,
}

impl FormReply {
    /// The answers, when `response_json` is a JSON object.
    pub fn answers(&self) -> Option<Map<String, Value>> {
        serde_json::from_str(&self.response_json).ok()
    }
}

/// `call_permission_reply`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPermissionReply {
    /// `accept` or `reject`.
    pub response: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_permanent: Option<bool>,
    #[serde(default, with = "wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub expiration_timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_source: Option<String>,
}

impl<'de> Deserialize<'de> for InteractiveReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::<String, Value>::deserialize(deserializer)?;
        let type_name = members.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut read = |name: &str| members.shift_remove(name).unwrap_or(Value::Null);
        let reply = match type_name.as_str() {
            "button_reply" => serde_json::from_value(read("button_reply")).map(Self::Button),
            "list_reply" => serde_json::from_value(read("list_reply")).map(Self::List),
            "nfm_reply" => serde_json::from_value(read("nfm_reply")).map(Self::Form),
            "call_permission_reply" => serde_json::from_value(read("call_permission_reply")).map(Self::CallPermission),
            _ => Ok(Self::Unknown { type_name, raw: Value::Object(members) }),
        };
        reply.map_err(serde::de::Error::custom)
    }
}

impl Serialize for InteractiveReply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Button(reply) => json!({"type": "button_reply", "button_reply": reply}),
            Self::List(reply) => json!({"type": "list_reply", "list_reply": reply}),
            Self::Form(reply) => json!({"type": "nfm_reply", "nfm_reply": reply}),
            Self::CallPermission(reply) => json!({"type": "call_permission_reply", "call_permission_reply": reply}),
            Self::Unknown { raw, .. } => raw.clone(),
        }
        .serialize(serializer)
    }
}
