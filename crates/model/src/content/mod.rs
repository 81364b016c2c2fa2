//! What a message says, without any channel's field names.

mod ask;
mod choice;
mod links;
mod media;
mod shop;
mod simple;
mod template;
mod words;

use serde::{Deserialize, Serialize};

pub use ask::{Form, Request, Wanted};
pub use choice::{Button, ButtonAction, Buttons, Card, Cards, Link, List, Row, Section};
pub use links::Place;
pub use media::{Media, MediaKind, MediaSource};
pub use shop::{Catalogue, ProductSection, Products};
pub use simple::{ContactCard, Contacts, Location, Reaction, Text};
pub use template::{ButtonParam, Param, TemplateCall, TemplateCard, TemplateParts, TemplatePreview};
pub use words::InWords;

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
    Reaction(Reaction),
    Contacts(Contacts),
    Link(Box<Link>),
    Products(Box<Products>),
    Catalogue(Catalogue),
    Form(Box<Form>),
    Request(Box<Request>),
    Cards(Cards),
}

crate::compact_enum!(Content {
    one 1 Text;
    one 2 Buttons;
    one 3 List;
    one 4 Media;
    one 5 Location;
    one 6 Template;
    one 7 Reaction;
    one 8 Contacts;
    one 9 Link;
    one 10 Products;
    one 11 Catalogue;
    one 12 Form;
    one 13 Request;
    one 14 Cards;
});

/// Content without what it says: what channels say that they carry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    Text,
    Buttons,
    List,
    Media,
    Location,
    Template,
    Reaction,
    Contacts,
    Link,
    Products,
    Catalogue,
    Form,
    Request,
    Cards,
}

impl ContentKind {
    pub const ALL: [Self; 14] = [
        Self::Text,
        Self::Buttons,
        Self::List,
        Self::Media,
        Self::Location,
        Self::Template,
        Self::Reaction,
        Self::Contacts,
        Self::Link,
        Self::Products,
        Self::Catalogue,
        Self::Form,
        Self::Request,
        Self::Cards,
    ];

    /// For people: `a list`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Buttons => "buttons",
            Self::List => "a list",
            Self::Media => "media",
            Self::Location => "a location",
            Self::Template => "a template",
            Self::Reaction => "a reaction",
            Self::Contacts => "contacts",
            Self::Link => "a link button",
            Self::Products => "products",
            Self::Catalogue => "a catalogue",
            Self::Form => "a form",
            Self::Request => "a request for a location, an address or a call",
            Self::Cards => "cards",
        }
    }
}

impl Content {
    #[must_use]
    pub fn text(body: impl Into<String>) -> Self {
        Self::Text(Text { body: body.into(), preview_url: false })
    }

    #[must_use]
    pub const fn kind(&self) -> ContentKind {
        match self {
            Self::Text(_) => ContentKind::Text,
            Self::Buttons(_) => ContentKind::Buttons,
            Self::List(_) => ContentKind::List,
            Self::Media(_) => ContentKind::Media,
            Self::Location(_) => ContentKind::Location,
            Self::Template(_) => ContentKind::Template,
            Self::Reaction(_) => ContentKind::Reaction,
            Self::Contacts(_) => ContentKind::Contacts,
            Self::Link(_) => ContentKind::Link,
            Self::Products(_) => ContentKind::Products,
            Self::Catalogue(_) => ContentKind::Catalogue,
            Self::Form(_) => ContentKind::Form,
            Self::Request(_) => ContentKind::Request,
            Self::Cards(_) => ContentKind::Cards,
        }
    }

    /// Every medium in it, in the order in which they are shown.
    #[must_use]
    pub fn media(&self) -> Vec<&Media> {
        match self {
            Self::Media(media) => vec![media],
            Self::Buttons(buttons) => buttons.media.as_deref().into_iter().collect(),
            Self::Link(link) => link.media.iter().collect(),
            Self::Cards(cards) => cards.cards.iter().filter_map(|card| card.media.as_ref()).collect(),
            Self::Template(call) => {
                let parts = call.parts.iter();
                parts.flat_map(|parts| parts.media.iter().chain(parts.cards.iter().filter_map(|card| card.media.as_ref()))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The same, to be changed.
    pub fn media_mut(&mut self) -> Vec<&mut Media> {
        match self {
            Self::Media(media) => vec![media],
            Self::Buttons(buttons) => buttons.media.as_deref_mut().into_iter().collect(),
            Self::Link(link) => link.media.iter_mut().collect(),
            Self::Cards(cards) => cards.cards.iter_mut().filter_map(|card| card.media.as_mut()).collect(),
            Self::Template(call) => {
                let parts = call.parts.iter_mut();
                parts
                    .flat_map(|parts| parts.media.iter_mut().chain(parts.cards.iter_mut().filter_map(|card| card.media.as_mut())))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether it may be sent outside the customer service window.
    #[must_use]
    pub const fn is_template(&self) -> bool {
        matches!(self, Self::Template(_))
    }
}
