//! What a message says, without any channel's field names.

use serde::{Deserialize, Serialize};

use crate::{MediaId, TemplateId};

/// Content that is ready to hand to a channel: all variables filled.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    Text(Text),
    Buttons(Buttons),
    List(List),
    Media(Media),
    Location(Location),
    Template(TemplateCall),
}

crate::compact_enum!(Content {
    one 1 Text;
    one 2 Buttons;
    one 3 List;
    one 4 Media;
    one 5 Location;
    one 6 Template;
});

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Text {
    pub body: String,
    #[serde(default)]
    pub preview_url: bool,
}

crate::compact_struct!(Text { 1 body, 2 preview_url });

/// Up to three buttons under a text. A reply is matched by `id`, never by label (A25).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Buttons {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    pub buttons: Vec<Button>,
}

crate::compact_struct!(Buttons { 1 header, 2 body, 3 footer, 4 buttons });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Button {
    pub id: String,
    pub title: String,
}

crate::compact_struct!(Button { 1 id, 2 title });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct List {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Label of the button that opens the list.
    pub button: String,
    pub sections: Vec<Section>,
}

crate::compact_struct!(List { 1 header, 2 body, 3 footer, 4 button, 5 sections });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Section {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub rows: Vec<Row>,
}

crate::compact_struct!(Section { 1 title, 2 rows });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

crate::compact_struct!(Row { 1 id, 2 title, 3 description });

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

crate::compact_code!(MediaKind { 1 Image, 2 Video, 3 Audio, 4 Document, 5 Sticker });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Media {
    pub kind: MediaKind,
    pub source: MediaSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

crate::compact_struct!(Media { 1 kind, 2 source, 3 caption, 4 filename });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaSource {
    /// In our own object store.
    Stored(MediaId),
    /// Public, fetched by the provider.
    Link(String),
}

crate::compact_enum!(MediaSource {
    one 1 Stored;
    one 2 Link;
});

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

crate::compact_struct!(Location { 1 latitude, 2 longitude, 3 name, 4 address });

/// A template with its variables filled, and how it will look.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TemplateCall {
    pub template: TemplateId,
    /// The name that the provider knows.
    pub name: String,
    /// The provider's language code: `pt_BR`.
    pub language: String,
    /// Hash of the template's source that was rendered.
    pub version: String,
    /// Filled header text variables, in order of first use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<Param>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<Param>,
    /// Buttons that carry a payload or a link's suffix.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<ButtonParam>,
    /// The text as the person sees it, for people and for channels without templates.
    pub preview: TemplatePreview,
}

crate::compact_struct!(TemplateCall { 1 template, 2 name, 3 language, 4 version, 5 header, 6 body, 7 buttons, 8 preview });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Param {
    pub name: String,
    pub text: String,
}

crate::compact_struct!(Param { 1 name, 2 text });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ButtonParam {
    /// The payload comes back when the button is tapped.
    QuickReply {
        index: u8,
        payload: String,
    },
    UrlSuffix {
        index: u8,
        text: String,
    },
}

crate::compact_enum!(ButtonParam {
    of 1 QuickReply { 1 index, 2 payload };
    of 2 UrlSuffix { 1 index, 2 text };
});

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct TemplatePreview {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
}

crate::compact_struct!(TemplatePreview { 1 header, 2 body, 3 footer, 4 buttons });

impl Content {
    #[must_use]
    pub fn text(body: impl Into<String>) -> Self {
        Self::Text(Text { body: body.into(), preview_url: false })
    }

    /// One line for lists and previews.
    #[must_use]
    pub fn summary(&self) -> String {
        let text = match self {
            Self::Text(t) => t.body.as_str(),
            Self::Buttons(b) => b.body.as_str(),
            Self::List(l) => l.body.as_str(),
            Self::Media(m) => m.caption.as_deref().or(m.filename.as_deref()).unwrap_or("media"),
            Self::Location(l) => l.name.as_deref().unwrap_or("location"),
            Self::Template(t) => t.preview.body.as_str(),
        };
        text.lines().next().unwrap_or_default().chars().take(140).collect()
    }

    /// Whether it may be sent outside the customer service window.
    #[must_use]
    pub const fn is_template(&self) -> bool {
        matches!(self, Self::Template(_))
    }
}
