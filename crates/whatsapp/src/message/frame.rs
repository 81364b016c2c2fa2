//! The frame around every message body.

use super::Body;
use crate::limits;
use crate::validate::{Checker, ValidationError};
use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// `recipient_type`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecipientType {
    #[default]
    Individual,
    /// Then `to` is a group id.
    Group,
}

/// `context`: makes a quoted reply. Silently without effect when the target is over 30 days old or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageContext {
    pub message_id: String,
}

/// A message to send.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboundMessage {
    pub recipient_type: RecipientType,
    /// Phone number with `+`, see [`crate::number::to_member`]; or a group id. Wins over `recipient`.
    pub to: Option<String>,
    /// Business-scoped user id.
    pub recipient: Option<String>,
    pub body: Body,
    pub context: Option<MessageContext>,
    /// Echoed in every status: our own message id, so that a send whose answer was lost can be settled.
    pub biz_opaque_callback_data: Option<String>,
    /// The send fails with 137000 when the user's identity key is another one.
    pub recipient_identity_key_hash: Option<String>,
    /// Members without a typed place (`category`, `ttl_seconds` of direct send, and whatever comes next).
    pub extra: Map<String, Value>,
}

impl OutboundMessage {
    /// To a phone number; formatting characters are removed and the plus is added.
    pub fn to_phone(number: &str, body: impl Into<Body>) -> Self {
        let to = crate::number::to_member(number).unwrap_or_else(|| number.to_owned());
        Self { to: Some(to), ..Self::new(body.into()) }
    }

    /// To a business-scoped user id.
    pub fn to_user(user_id: &str, body: impl Into<Body>) -> Self {
        Self { recipient: Some(user_id.to_owned()), ..Self::new(body.into()) }
    }

    /// To a group.
    pub fn to_group(group_id: &str, body: impl Into<Body>) -> Self {
        Self { recipient_type: RecipientType::Group, to: Some(group_id.to_owned()), ..Self::new(body.into()) }
    }

    fn new(body: Body) -> Self {
        Self {
            recipient_type: RecipientType::Individual,
            to: None,
            recipient: None,
            body,
            context: None,
            biz_opaque_callback_data: None,
            recipient_identity_key_hash: None,
            extra: Map::new(),
        }
    }

    /// Quotes an earlier message.
    #[must_use]
    pub fn in_reply_to(mut self, message_id: &str) -> Self {
        self.context = Some(MessageContext { message_id: message_id.to_owned() });
        self
    }

    /// Our own id for this message.
    #[must_use]
    pub fn with_callback_data(mut self, data: &str) -> Self {
        self.biz_opaque_callback_data = Some(data.to_owned());
        self
    }

    /// Checks every documented limit.
    pub fn validate(&self) -> Result<(), ValidationError> {
        let mut checker = Checker::new();
        let known = |id: &Option<String>| id.as_deref().is_some_and(|id| !id.is_empty());
        checker.require("to", known(&self.to) || known(&self.recipient), "to or recipient is required");
        if self.recipient_type == RecipientType::Individual
            && let Some(to) = &self.to
        {
            checker.require("to", crate::number::to_member(to).is_some(), "must be a phone number with country code");
        }
        if let Some(data) = &self.biz_opaque_callback_data {
            checker.longest("biz_opaque_callback_data", data, limits::CALLBACK_DATA_MAX);
        }
        if let Some(context) = &self.context {
            checker.require("context.message_id", !context.message_id.is_empty(), "must not be empty");
            checker.require("context", !matches!(self.body, Body::Reaction(_)), "a reaction cannot quote");
        }
        let group_only = matches!(self.body, Body::Pin(_)) && self.recipient_type != RecipientType::Group;
        checker.require("type", !group_only, "pin is for groups only");
        checker.inside(self.body.type_name().to_owned(), |checker| self.body.check(checker));
        checker.finish()
    }
}

impl Serialize for OutboundMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("messaging_product", "whatsapp")?;
        map.serialize_entry("recipient_type", &self.recipient_type)?;
        if let Some(to) = &self.to {
            map.serialize_entry("to", to)?;
        }
        if let Some(recipient) = &self.recipient {
            map.serialize_entry("recipient", recipient)?;
        }
        map.serialize_entry("type", self.body.type_name())?;
        self.body.serialize_member(&mut map)?;
        if let Some(context) = &self.context {
            map.serialize_entry("context", context)?;
        }
        if let Some(data) = &self.biz_opaque_callback_data {
            map.serialize_entry("biz_opaque_callback_data", data)?;
        }
        if let Some(hash) = &self.recipient_identity_key_hash {
            map.serialize_entry("recipient_identity_key_hash", hash)?;
        }
        for (name, value) in &self.extra {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[derive(Deserialize)]
struct Wire {
    messaging_product: String,
    #[serde(default)]
    recipient_type: Option<RecipientType>,
    #[serde(default, deserialize_with = "crate::wire::text_opt")]
    to: Option<String>,
    #[serde(default, deserialize_with = "crate::wire::text_opt")]
    recipient: Option<String>,
    /// May be omitted for text.
    #[serde(default, rename = "type")]
    type_name: Option<String>,
    #[serde(default)]
    context: Option<MessageContext>,
    #[serde(default)]
    biz_opaque_callback_data: Option<String>,
    #[serde(default)]
    recipient_identity_key_hash: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl<'de> Deserialize<'de> for OutboundMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut wire = Wire::deserialize(deserializer)?;
        if wire.messaging_product != "whatsapp" {
            return Err(D::Error::custom("messaging_product must be whatsapp"));
        }
        let type_name = wire.type_name.as_deref().unwrap_or("text");
        let member = wire.rest.shift_remove(type_name);
        let body = Body::read(type_name, member).map_err(D::Error::custom)?;
        Ok(Self {
            recipient_type: wire.recipient_type.unwrap_or_default(),
            to: wire.to,
            recipient: wire.recipient,
            body,
            context: wire.context,
            biz_opaque_callback_data: wire.biz_opaque_callback_data,
            recipient_identity_key_hash: wire.recipient_identity_key_hash,
            extra: wire.rest,
        })
    }
}
