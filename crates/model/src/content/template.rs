//! Templates: what was approved before, with its variables filled.

use serde::{Deserialize, Serialize};

use super::{Button, Location, Media, ProductSection};
use crate::{TemplateId, Timestamp};

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
    /// What only some templates have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Box<TemplateParts>>,
}

crate::compact_struct!(TemplateCall { 1 template, 2 name, 3 language, 4 version, 5 header, 6 body, 7 buttons, 8 preview, 9 parts });

/// Parts of a template that are no text.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct TemplateParts {
    /// The picture, film or file of the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// The place of the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// When a limited-time offer ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_ends_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<TemplateCard>,
}

crate::compact_struct!(TemplateParts { 1 media, 2 location, 3 offer_ends_at, 4 cards });

/// One card of a template's carousel.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct TemplateCard {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// Catalogue and product, for cards of products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<Param>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<ButtonParam>,
}

crate::compact_struct!(TemplateCard { 1 media, 2 product, 3 body, 4 buttons });

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
    /// A code that a tap copies.
    CopyCode {
        index: u8,
        code: String,
    },
    /// The code of an authentication template, which stands in its text too.
    OneTimeCode {
        index: u8,
        code: String,
    },
    /// Opens a form; the token comes back with its answer. Empty stands for the id of our message.
    Form {
        index: u8,
        token: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<serde_json::Map<String, serde_json::Value>>,
    },
    /// Opens the catalogue, or with sections some of its products.
    Products {
        index: u8,
        thumbnail: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sections: Vec<ProductSection>,
    },
}

crate::compact_enum!(ButtonParam {
    of 1 QuickReply { 1 index, 2 payload };
    of 2 UrlSuffix { 1 index, 2 text };
    of 3 CopyCode { 1 index, 2 code };
    of 4 Form { 1 index, 2 token, 3 data };
    of 5 Products { 1 index, 2 thumbnail, 3 sections };
    of 6 OneTimeCode { 1 index, 2 code };
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
