//! What a phone shows: messages as their reader sees them, with what can be tapped.

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// The channel a message came over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    WhatsApp,
    Sms,
    Rcs,
    Email,
}

/// One message on a phone. Only what really arrived is here.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Position in the history of the whole world: the order in which phones received and sent things.
    pub seq: u64,
    pub at: Timestamp,
    pub line: Line,
    pub from_business: bool,
    /// `phone_number_id`, the SMS sender, the RCS agent, or the address a mail is from.
    pub business: String,
    /// wamid, SM sid, or this world's own.
    pub id: String,
    /// The sender's own reference: `biz_opaque_callback_data`, or the status callback URL of an SMS.
    pub opaque: Option<String>,
    /// `text`, `image`, `template`, `interactive`, `reaction` …
    pub kind: String,
    pub shown: Shown,
    /// The message that this one quotes or answers.
    pub context: Option<String>,
    /// When the person (or, for the person's own messages, the business) read it.
    pub read_at: Option<Timestamp>,
    /// For the person's own messages: the webhook was answered with success.
    pub delivered_at: Option<Timestamp>,
    pub reaction: Option<String>,
    pub revoked: bool,
}

/// The visible parts of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taps: Vec<Tap>,
    /// Label that opens the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_button: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<ShownMedia>,
    /// Addresses of pictures that a mail fetches when it is shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<String>,
    /// `name/language` of the template it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// Something to tap below a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tap {
    /// The id or payload that comes back to the business.
    pub id: String,
    pub title: String,
    pub kind: TapKind,
    /// URL or phone number, for taps that leave the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TapKind {
    /// A reply button of a session message: comes back as `interactive/button_reply`.
    Reply,
    /// A quick reply of a template: comes back as `button`.
    TemplateReply,
    Url,
    Phone,
    Other,
}

/// A row of a list message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    pub id: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownMedia {
    /// `image`, `video`, `audio`, `document`, `sticker`.
    pub kind: String,
    /// Media id, when it was sent by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

impl Shown {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The taps that answer inside the conversation.
    pub fn replies(&self) -> impl Iterator<Item = (usize, &Tap)> {
        self.taps.iter().enumerate().filter(|(_, tap)| matches!(tap.kind, TapKind::Reply | TapKind::TemplateReply))
    }

    /// Whether the message wants an answer: it offers one, or asks in words.
    #[must_use]
    pub fn asks(&self) -> bool {
        let lower = self.text.to_lowercase();
        self.replies().next().is_some() || !self.rows.is_empty() || lower.contains('?') || lower.contains("reply ")
    }
}
