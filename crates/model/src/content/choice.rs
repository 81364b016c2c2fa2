//! Buttons, lists, a link, and cards of them.

use serde::{Deserialize, Serialize};

use super::Media;
use crate::Timestamp;

/// Up to three buttons under a text. A reply is matched by `id`, never by label (A25).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Buttons {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    pub buttons: Vec<Button>,
    /// Shown above the text, in place of the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Box<Media>>,
}

crate::compact_struct!(Buttons { 1 header, 2 body, 3 footer, 4 buttons, 5 media });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Button {
    pub id: String,
    pub title: String,
    /// What happens on the person's phone; without one, a tap answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Box<ButtonAction>>,
}

crate::compact_struct!(Button { 1 id, 2 title, 3 action });

impl Button {
    /// A button whose tap answers.
    #[must_use]
    pub fn reply(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), action: None }
    }
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ButtonAction {
    /// The person sends where they are.
    ShareLocation,
    OpenUrl {
        url: String,
    },
    /// E.164.
    Dial {
        phone: String,
    },
    ViewLocation {
        latitude: f64,
        longitude: f64,
        label: Option<String>,
    },
    AddToCalendar {
        title: String,
        description: Option<String>,
        starts_at: Timestamp,
        ends_at: Timestamp,
    },
}

crate::compact_enum!(ButtonAction {
    unit 1 ShareLocation;
    of 2 OpenUrl { 1 url };
    of 3 Dial { 1 phone };
    of 4 ViewLocation { 1 latitude, 2 longitude, 3 label };
    of 5 AddToCalendar { 1 title, 2 description, 3 starts_at, 4 ends_at };
});

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

/// A text with one button that opens a page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Link {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Shown above the text, in place of the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Of the button.
    pub label: String,
    pub url: String,
}

crate::compact_struct!(Link { 1 header, 2 media, 3 body, 4 footer, 5 label, 6 url });

/// One rich card, or several side by side.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cards {
    /// Above the cards; channels that need none leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    pub cards: Vec<Card>,
}

crate::compact_struct!(Cards { 1 body, 2 cards });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Card {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
}

crate::compact_struct!(Card { 1 media, 2 title, 3 body, 4 buttons });
