//! What a person sent us.

use serde::{Deserialize, Serialize};

use crate::content::{Location, MediaKind};
use crate::{AddressKey, Channel, Direction, MediaId, MessageStatus, SenderId, Timestamp};

/// `kind` of [`InboundContent::System`]: the person's device is another one, or somebody else's.
pub const IDENTITY_CHANGED: &str = "identity_changed";

/// A message from a person, as an adapter hands it in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct InboundMessage {
    pub channel: Channel,
    /// Our number that it came to.
    pub sender: SenderId,
    /// The provider's id: the dedupe key.
    pub provider_id: String,
    /// Every address that the provider named for the person, best first. Never empty.
    pub from: Vec<AddressKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    pub content: InboundContent,
    /// The provider's id of the message that this one answers or taps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// The ad or post that led here; kept as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<serde_json::Value>,
    /// When the person sent it, by the provider's clock.
    pub sent_at: Timestamp,
}

/// What the business wrote to a person in the app of the phone that has the same number. Nobody asked us: it is said already.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PhoneMessage {
    pub channel: Channel,
    /// Our number that it came from.
    pub sender: SenderId,
    /// The provider's id: the dedupe key, and what receipts name.
    pub provider_id: String,
    /// Every address that the provider named for the person, best first. Never empty.
    pub to: Vec<AddressKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    pub content: InboundContent,
    /// The provider's id of the message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// When it was sent, by the provider's clock.
    pub sent_at: Timestamp,
}

/// A message of either side from before the number was connected, as its channel handed it over then.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PastMessage {
    pub channel: Channel,
    /// Our number that was written to or from.
    pub sender: SenderId,
    pub provider_id: String,
    pub direction: Direction,
    /// Every address that the provider named for the person, best first. A file that comes later may name none.
    pub with: Vec<AddressKey>,
    pub content: InboundContent,
    /// The provider's id of the message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// How far it had come by then.
    pub status: MessageStatus,
    /// When it was sent, by the provider's clock.
    pub sent_at: Timestamp,
    /// It is a file, or the place where one comes: whichever arrives second completes the first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_two: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum InboundContent {
    Text {
        body: String,
    },
    /// A tap on a button of ours: session buttons and template quick replies alike.
    ButtonReply {
        id: String,
        title: String,
    },
    ListReply {
        id: String,
        title: String,
    },
    Media(InboundMedia),
    Location(Location),
    Reaction {
        to: String,
        emoji: Option<String>,
    },
    /// A filled form (WhatsApp: Flow).
    Form {
        name: String,
        data: serde_json::Value,
    },
    /// Cards, orders and other structured things, kept as they came.
    Structured {
        kind: String,
        data: serde_json::Value,
    },
    Edit {
        of: String,
        body: Option<String>,
    },
    Revoke {
        of: String,
    },
    /// A notice of the channel: number changed, identity changed.
    System {
        kind: String,
        data: serde_json::Value,
    },
    /// Something the channel or we do not understand yet; kept whole.
    Unsupported {
        kind: String,
        raw: serde_json::Value,
    },
}

crate::compact_enum!(InboundContent {
    one 1 Media;
    one 2 Location;
    of 3 Text { 1 body };
    of 4 ButtonReply { 1 id, 2 title };
    of 5 ListReply { 1 id, 2 title };
    of 6 Reaction { 1 to, 2 emoji };
    of 7 Form { 1 name, 2 data };
    of 8 Structured { 1 kind, 2 data };
    of 9 Edit { 1 of, 2 body };
    of 10 Revoke { 1 of };
    of 11 System { 1 kind, 2 data };
    of 12 Unsupported { 1 kind, 2 raw };
});

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct InboundMedia {
    pub kind: MediaKind,
    pub mime: String,
    /// What the provider needs to fetch it: a media id or a link.
    pub provider_ref: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Set once it lies in our own object store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<MediaId>,
}

crate::compact_struct!(InboundMedia { 1 kind, 2 mime, 3 provider_ref, 4 caption, 5 filename, 6 stored });

impl InboundContent {
    /// Whether it opens or refreshes the customer service window. Edits, revokes, reactions and notices are not said to, so they do not.
    #[must_use]
    pub const fn opens_window(&self) -> bool {
        !matches!(self, Self::Reaction { .. } | Self::Edit { .. } | Self::Revoke { .. } | Self::System { .. })
    }

    /// Whether a person waiting for an answer would call this one.
    #[must_use]
    pub const fn is_reply(&self) -> bool {
        !matches!(self, Self::Reaction { .. } | Self::Edit { .. } | Self::Revoke { .. } | Self::System { .. } | Self::Unsupported { .. })
    }

    /// The words in it, if any: what STOP detection and previews read.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Text { body } => Some(body),
            Self::ButtonReply { title, .. } | Self::ListReply { title, .. } => Some(title),
            Self::Media(m) => m.caption.as_deref(),
            Self::Edit { body, .. } => body.as_deref(),
            _ => None,
        }
    }

    /// One line for lists and previews.
    #[must_use]
    pub fn summary(&self) -> String {
        let text = match self {
            Self::Text { body } => body.clone(),
            Self::ButtonReply { title, .. } | Self::ListReply { title, .. } => title.clone(),
            Self::Media(m) => m.caption.clone().or_else(|| m.filename.clone()).unwrap_or_else(|| format!("{:?}", m.kind).to_lowercase()),
            Self::Location(l) => l.name.clone().unwrap_or_else(|| "location".to_owned()),
            Self::Reaction { emoji, .. } => emoji.clone().unwrap_or_else(|| "reaction removed".to_owned()),
            Self::Form { name, .. } => format!("form {name}"),
            Self::Edit { body, .. } => body.clone().unwrap_or_else(|| "edited".to_owned()),
            Self::Revoke { .. } => "message deleted".to_owned(),
            Self::Structured { kind, .. } | Self::System { kind, .. } | Self::Unsupported { kind, .. } => kind.clone(),
        };
        text.lines().next().unwrap_or_default().chars().take(140).collect()
    }
}
