//! What a message is, by `type`.

use super::{Audio, ContactCard, Document, Image, Interactive, Location, Pin, Reaction, Sticker, TemplateMessage, Text, Video};
use crate::limits;
use crate::validate::Checker;
use serde::ser::SerializeMap;
use serde_json::Value;

/// The member that `type` names.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Text(Text),
    Image(Image),
    Video(Video),
    Audio(Audio),
    Document(Document),
    Sticker(Sticker),
    Location(Location),
    Contacts(Vec<ContactCard>),
    Reaction(Reaction),
    Interactive(Box<Interactive>),
    Template(TemplateMessage),
    Pin(Pin),
}

macro_rules! from_parts {
    ($($part:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$part> for Body {
            fn from(part: $part) -> Self {
                Self::$variant(part)
            }
        })+
    };
}

from_parts! {
    Text => Text, Image => Image, Video => Video, Audio => Audio, Document => Document, Sticker => Sticker, Location => Location,
    Vec<ContactCard> => Contacts, Reaction => Reaction, TemplateMessage => Template, Pin => Pin,
}

impl From<Interactive> for Body {
    fn from(part: Interactive) -> Self {
        Self::Interactive(Box::new(part))
    }
}

impl Body {
    /// `type`
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Audio(_) => "audio",
            Self::Document(_) => "document",
            Self::Sticker(_) => "sticker",
            Self::Location(_) => "location",
            Self::Contacts(_) => "contacts",
            Self::Reaction(_) => "reaction",
            Self::Interactive(_) => "interactive",
            Self::Template(_) => "template",
            Self::Pin(_) => "pin",
        }
    }

    /// True for what may be sent only while the service window is open.
    pub fn needs_open_window(&self) -> bool {
        !matches!(self, Self::Template(_))
    }

    pub(super) fn serialize_member<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let name = self.type_name();
        match self {
            Self::Text(part) => map.serialize_entry(name, part),
            Self::Image(part) => map.serialize_entry(name, part),
            Self::Video(part) => map.serialize_entry(name, part),
            Self::Audio(part) => map.serialize_entry(name, part),
            Self::Document(part) => map.serialize_entry(name, part),
            Self::Sticker(part) => map.serialize_entry(name, part),
            Self::Location(part) => map.serialize_entry(name, part),
            Self::Contacts(part) => map.serialize_entry(name, part),
            Self::Reaction(part) => map.serialize_entry(name, part),
            Self::Interactive(part) => map.serialize_entry(name, part),
            Self::Template(part) => map.serialize_entry(name, part),
            Self::Pin(part) => map.serialize_entry(name, part),
        }
    }

    pub(super) fn read(type_name: &str, member: Option<Value>) -> Result<Self, String> {
        let member = member.ok_or_else(|| format!("the member {type_name} is required"))?;
        let read = match type_name {
            "text" => serde_json::from_value(member).map(Self::Text),
            "image" => serde_json::from_value(member).map(Self::Image),
            "video" => serde_json::from_value(member).map(Self::Video),
            "audio" => serde_json::from_value(member).map(Self::Audio),
            "document" => serde_json::from_value(member).map(Self::Document),
            "sticker" => serde_json::from_value(member).map(Self::Sticker),
            "location" => serde_json::from_value(member).map(Self::Location),
            "contacts" => serde_json::from_value(member).map(Self::Contacts),
            "reaction" => serde_json::from_value(member).map(Self::Reaction),
            "interactive" => serde_json::from_value(member).map(Self::Interactive),
            "template" => serde_json::from_value(member).map(Self::Template),
            "pin" => serde_json::from_value(member).map(Self::Pin),
            other => return Err(format!("type {other:?} is not supported")),
        };
        read.map_err(|error| format!("{type_name}: {error}"))
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        match self {
            Self::Text(part) => part.check(checker),
            Self::Image(part) => part.check(checker),
            Self::Video(part) => part.check(checker),
            Self::Audio(part) => part.check(checker),
            Self::Document(part) => part.check(checker),
            Self::Sticker(part) => part.check(checker),
            Self::Location(part) => part.check(checker),
            Self::Contacts(cards) => {
                checker.count("", cards.len(), 1, limits::CONTACTS_MAX);
                checker.each("", cards, |checker, card| card.check(checker));
            }
            Self::Reaction(part) => part.check(checker),
            Self::Interactive(part) => part.check(checker),
            Self::Template(part) => part.check(checker),
            Self::Pin(part) => part.check(checker),
        }
    }
}
