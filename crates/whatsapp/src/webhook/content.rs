//! What a message says, by `type`.

use super::{Identity, InboundMedia, InteractiveReply, Location, MediaKind, Order, SharedContact, System, TemplateButton};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Content of an inbound message.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Text(Text),
    /// Image, video, audio, document or sticker.
    Media {
        kind: MediaKind,
        media: InboundMedia,
    },
    Location(Location),
    Contacts(Vec<SharedContact>),
    Reaction(Reaction),
    /// A tap on a quick reply of a template.
    Button(TemplateButton),
    /// A tap on a session button or list, a submitted form, or a call permission.
    Interactive(InteractiveReply),
    Order(Order),
    System {
        system: System,
        identity: Option<Identity>,
    },
    Unsupported(Option<Unsupported>),
    /// The user opened the chat for the first time, where that is enabled.
    RequestWelcome,
    Revoke(Revoke),
    Edit(Box<Edit>),
    /// History only: the media comes in a later webhook.
    MediaPlaceholder,
    /// The type is known but the member that should carry it is missing (value-level errors come beside such messages).
    Empty,
    /// The type is known but its member cannot be read. The message itself still counts.
    Broken {
        raw: Value,
        error: String,
    },
    /// A type that this version does not know, with the member of that name if there is one.
    Unknown {
        raw: Option<Value>,
    },
}

/// `text`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub body: String,
}

/// `reaction`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub message_id: String,
    /// Absent or empty when the reaction was removed: see [`Reaction::emoji`].
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "emoji")]
    pub emoji_raw: Option<String>,
}

impl Reaction {
    /// `None` when the user took the reaction back.
    pub fn emoji(&self) -> Option<&str> {
        self.emoji_raw.as_deref().filter(|emoji| !emoji.is_empty())
    }
}

/// `unsupported`: names the kind that the Cloud API does not carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupported {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// `revoke`: the user deleted a message for everyone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoke {
    pub original_message_id: String,
}

/// `edit`: the new content of an earlier message.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    pub original_message_id: String,
    /// `type` of the new content.
    pub type_name: String,
    pub content: Content,
    /// Members of the new message without a typed place (`context`).
    pub extra: Map<String, Value>,
}

#[derive(Deserialize)]
struct EditWire {
    original_message_id: String,
    #[serde(default)]
    message: Map<String, Value>,
}

impl Content {
    /// Takes the member that belongs to `type_name` out of the message's remaining members.
    pub(super) fn take(type_name: &str, rest: &mut Map<String, Value>) -> Self {
        let media = |kind: MediaKind| move |media| Self::Media { kind, media };
        match type_name {
            "text" => member(rest, "text", Self::Text),
            "image" => member(rest, "image", media(MediaKind::Image)),
            "video" => member(rest, "video", media(MediaKind::Video)),
            "audio" => member(rest, "audio", media(MediaKind::Audio)),
            // Old payloads use `voice` as a type.
            "voice" => member(rest, "voice", |voice: InboundMedia| Self::Media {
                kind: MediaKind::Audio,
                media: InboundMedia { voice: Some(true), ..voice },
            }),
            "document" => member(rest, "document", media(MediaKind::Document)),
            "sticker" => member(rest, "sticker", media(MediaKind::Sticker)),
            "location" => member(rest, "location", Self::Location),
            "contacts" => member(rest, "contacts", Self::Contacts),
            "reaction" => member(rest, "reaction", Self::Reaction),
            "button" => member(rest, "button", Self::Button),
            "interactive" => member(rest, "interactive", Self::Interactive),
            "order" => member(rest, "order", Self::Order),
            "system" => Self::take_system(rest),
            "unsupported" => match member(rest, "unsupported", |unsupported| Self::Unsupported(Some(unsupported))) {
                Self::Empty => Self::Unsupported(None),
                other => other,
            },
            "request_welcome" => Self::RequestWelcome,
            "revoke" => member(rest, "revoke", Self::Revoke),
            "edit" => Self::take_edit(rest),
            "media_placeholder" => Self::MediaPlaceholder,
            other => Self::Unknown { raw: rest.shift_remove(other) },
        }
    }

    fn take_system(rest: &mut Map<String, Value>) -> Self {
        let identity = rest.shift_remove("identity").and_then(|raw| serde_json::from_value::<Identity>(raw).ok());
        member(rest, "system", |system| Self::System { system, identity })
    }

    fn take_edit(rest: &mut Map<String, Value>) -> Self {
        member(rest, "edit", |mut edit: EditWire| {
            let type_name = match edit.message.shift_remove("type") {
                Some(Value::String(name)) => name,
                _ => "text".to_owned(),
            };
            // An edit inside an edit does not exist; refusing it bounds the recursion.
            let content = if type_name == "edit" { Self::Empty } else { Self::take(&type_name, &mut edit.message) };
            Self::Edit(Box::new(Edit { original_message_id: edit.original_message_id, type_name, content, extra: edit.message }))
        })
    }
}

fn member<T: DeserializeOwned>(rest: &mut Map<String, Value>, name: &str, build: impl FnOnce(T) -> Content) -> Content {
    match rest.shift_remove(name) {
        None | Some(Value::Null) => Content::Empty,
        Some(raw) => match serde_json::from_value(raw.clone()) {
            Ok(read) => build(read),
            Err(error) => Content::Broken { raw, error: error.to_string() },
        },
    }
}

/// Serialises the message type's member as `messages[]` carries it; used by simulators that build webhooks.
impl Serialize for Edit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("original_message_id", &self.original_message_id)?;
        let mut message = self.extra.clone();
        message.insert("type".to_owned(), Value::String(self.type_name.clone()));
        if let Some(value) = self.content.to_member().map_err(serde::ser::Error::custom)? {
            message.insert(self.type_name.clone(), value);
        }
        map.serialize_entry("message", &message)?;
        map.end()
    }
}

impl Content {
    /// The member named like the type, for writing a webhook; `None` for types without one.
    pub fn to_member(&self) -> Result<Option<Value>, serde_json::Error> {
        let value = match self {
            Self::Text(text) => serde_json::to_value(text)?,
            Self::Media { media, .. } => serde_json::to_value(media)?,
            Self::Location(location) => serde_json::to_value(location)?,
            Self::Contacts(contacts) => serde_json::to_value(contacts)?,
            Self::Reaction(reaction) => serde_json::to_value(reaction)?,
            Self::Button(button) => serde_json::to_value(button)?,
            Self::Interactive(reply) => serde_json::to_value(reply)?,
            Self::Order(order) => serde_json::to_value(order)?,
            Self::System { system, .. } => serde_json::to_value(system)?,
            Self::Unsupported(Some(unsupported)) => serde_json::to_value(unsupported)?,
            Self::Revoke(revoke) => serde_json::to_value(revoke)?,
            Self::Edit(edit) => serde_json::to_value(edit)?,
            Self::Broken { raw, .. } | Self::Unknown { raw: Some(raw) } => raw.clone(),
            Self::Unsupported(None) | Self::RequestWelcome | Self::MediaPlaceholder | Self::Empty | Self::Unknown { raw: None } => {
                return Ok(None);
            }
        };
        Ok(Some(value))
    }
}

impl Serialize for super::InboundMessage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        if let Some(context) = &self.context {
            map.serialize_entry("context", context)?;
        }
        if let Some(referral) = &self.referral {
            map.serialize_entry("referral", referral)?;
        }
        for (name, value) in [
            ("from", &self.from),
            ("from_user_id", &self.from_user_id),
            ("from_parent_user_id", &self.from_parent_user_id),
            ("group_id", &self.group_id),
        ] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("timestamp", &self.timestamp.to_string())?;
        if !self.errors.is_empty() {
            map.serialize_entry("errors", &self.errors)?;
        }
        map.serialize_entry("type", &self.type_name)?;
        if let Content::System { identity: Some(identity), .. } = &self.content {
            map.serialize_entry("identity", identity)?;
        }
        if let Some(member) = self.content.to_member().map_err(serde::ser::Error::custom)? {
            map.serialize_entry(&self.type_name, &member)?;
        }
        for (name, value) in &self.extra {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
