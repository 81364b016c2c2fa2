//! What a message says.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    Text(Text),
    Buttons(Buttons),
    List(ListMessage),
    Media(Media),
    Location(Location),
    Template(TemplateCall),
    Reaction(Reaction),
    Contacts(ContactCards),
    Link(Link),
    Products(Products),
    Catalogue(Catalogue),
    Form(FormMessage),
    Request(Request),
    Cards(Cards),
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Text {
    pub body: String,
    #[serde(default)]
    pub preview_url: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Buttons {
    pub header: Option<String>,
    pub body: String,
    pub footer: Option<String>,
    /// At most three.
    pub buttons: Vec<Button>,
    /// Shown above the text, in place of the header.
    pub media: Option<Media>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Button {
    /// Comes back when it is tapped.
    pub id: String,
    pub title: String,
    /// What happens on the person's phone; without one, a tap answers.
    pub action: Option<ButtonAction>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
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
        #[schema(format = DateTime)]
        starts_at: String,
        #[schema(format = DateTime)]
        ends_at: String,
    },
}

/// A text with one button that opens a page.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Link {
    pub header: Option<String>,
    /// Shown above the text, in place of the header.
    pub media: Option<Media>,
    pub body: String,
    pub footer: Option<String>,
    /// Of the button.
    pub label: String,
    pub url: String,
}

/// One rich card, or several side by side.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Cards {
    pub body: Option<String>,
    pub cards: Vec<Card>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Card {
    pub media: Option<Media>,
    pub title: Option<String>,
    pub body: Option<String>,
    #[serde(default)]
    pub buttons: Vec<Button>,
}

/// An emoji on a message of the person's.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    pub message: String,
    /// Filled in by the server.
    #[serde(default)]
    pub provider_id: String,
    /// Empty takes the reaction back.
    pub emoji: String,
}

/// People to save in an address book.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContactCards {
    pub people: Vec<ContactCard>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContactCard {
    pub name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub organisation: Option<String>,
    pub title: Option<String>,
    #[serde(default)]
    pub phones: Vec<String>,
    #[serde(default)]
    pub emails: Vec<String>,
    #[serde(default)]
    pub links: Vec<String>,
}

/// One product of a catalogue that the provider knows, or several under headings.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Products {
    /// Needed with more than one product, like the body.
    pub header: Option<String>,
    pub body: Option<String>,
    pub footer: Option<String>,
    pub catalogue: String,
    pub sections: Vec<ProductSection>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProductSection {
    pub title: Option<String>,
    pub products: Vec<String>,
}

/// The whole catalogue, behind one picture.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Catalogue {
    pub body: String,
    pub footer: Option<String>,
    pub thumbnail: Option<String>,
}

/// A form that opens inside the channel (WhatsApp: a flow).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FormMessage {
    pub header: Option<String>,
    pub body: String,
    pub footer: Option<String>,
    /// Of the button that opens it.
    pub label: String,
    /// The provider's id of the form.
    pub form: String,
    /// Comes back with the answer.
    pub token: Option<String>,
    /// The first page; a form whose pages come from an endpoint has none.
    pub screen: Option<String>,
    /// What the first page is filled with.
    #[schema(value_type = Option<Object>)]
    pub data: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    pub draft: bool,
}

/// A question that the phone answers with a tap.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Request {
    pub body: String,
    pub wanted: AskedFor,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AskedFor {
    Location,
    PhoneNumber,
    CallPermission,
    Address {
        /// ISO 3166-1.
        country: String,
        #[serde(default)]
        known: std::collections::BTreeMap<String, String>,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ListMessage {
    pub header: Option<String>,
    pub body: String,
    pub footer: Option<String>,
    /// Label of the button that opens the list.
    pub button: String,
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Section {
    pub title: Option<String>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Row {
    pub id: String,
    pub title: String,
    pub description: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Media {
    pub kind: MediaKind,
    pub source: MediaSource,
    pub caption: Option<String>,
    pub filename: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaSource {
    /// Id of a stored object.
    Stored(String),
    /// Public link, fetched by the provider.
    Link(String),
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    pub name: Option<String>,
    pub address: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateCall {
    pub template: String,
    pub name: String,
    #[schema(example = "pt_BR")]
    pub language: String,
    pub version: String,
    #[serde(default)]
    pub header: Vec<Param>,
    #[serde(default)]
    pub body: Vec<Param>,
    #[serde(default)]
    pub buttons: Vec<ButtonParam>,
    pub preview: TemplatePreview,
    /// What only some templates have.
    pub parts: Option<TemplateParts>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateParts {
    pub media: Option<Media>,
    pub location: Option<Location>,
    #[schema(format = DateTime)]
    pub offer_ends_at: Option<String>,
    #[serde(default)]
    pub cards: Vec<TemplateCard>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateCard {
    pub media: Option<Media>,
    /// Catalogue and product.
    pub product: Option<Vec<String>>,
    #[serde(default)]
    pub body: Vec<Param>,
    #[serde(default)]
    pub buttons: Vec<ButtonParam>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Param {
    pub name: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ButtonParam {
    QuickReply {
        index: u8,
        payload: String,
    },
    UrlSuffix {
        index: u8,
        text: String,
    },
    CopyCode {
        index: u8,
        code: String,
    },
    OneTimeCode {
        index: u8,
        code: String,
    },
    Form {
        index: u8,
        token: String,
        #[schema(value_type = Option<Object>)]
        data: Option<serde_json::Map<String, serde_json::Value>>,
    },
    Products {
        index: u8,
        thumbnail: String,
        #[serde(default)]
        sections: Vec<ProductSection>,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplatePreview {
    pub header: Option<String>,
    pub body: String,
    pub footer: Option<String>,
    #[serde(default)]
    pub buttons: Vec<Button>,
}
