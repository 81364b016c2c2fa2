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
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Button {
    /// Comes back when it is tapped.
    pub id: String,
    pub title: String,
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
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Param {
    pub name: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ButtonParam {
    QuickReply { index: u8, payload: String },
    UrlSuffix { index: u8, text: String },
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplatePreview {
    pub header: Option<String>,
    pub body: String,
    pub footer: Option<String>,
    #[serde(default)]
    pub buttons: Vec<Button>,
}
