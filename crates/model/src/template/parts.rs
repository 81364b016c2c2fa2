//! Parts of a template besides its words. Wherever a value is asked for with each message, `{{name}}` marks a variable, so parts are filled
//! like texts: from the same variables, with the same fallbacks.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::content::MediaKind;

/// What stands over the text when it is no text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HeaderPart {
    /// A picture, a film or a file.
    Media {
        media: MediaKind,
        /// A public https link, or the id of a stored medium (`med_…`).
        source: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
        /// The sample that the provider's reviewers look at: the id of a stored medium (`med_…`), or the provider's own handle. Without one, a medium
        /// that always stands here is its own sample.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sample: Option<String>,
    },
    /// Degrees, as decimal numbers.
    Location {
        latitude: String,
        longitude: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    Product {
        catalogue: String,
        product: String,
    },
}

/// A limited-time offer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Offer {
    pub text: String,
    /// The moment it ends, in RFC 3339; without one no clock is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
}

/// What the provider adds to a one-time code, whose text is its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CodeText {
    /// "For your security, do not share this code."
    #[serde(default)]
    pub advice: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_minutes: Option<u32>,
}

/// One card of a carousel. All cards of a template have the same parts.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct CardText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_part: Option<HeaderPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<TemplateButton>,
}

/// How a one-time code gets into the person's app.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeDelivery {
    #[default]
    Copy,
    OneTap,
    ZeroTap,
}

/// An app that may take a code by itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CodeApp {
    pub package: String,
    pub signature: String,
}

/// Products under a heading: `{{…}}` gives their numbers, separated by commas.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProductGroup {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub products: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TemplateButton {
    /// `id` comes back when it is tapped.
    QuickReply {
        id: String,
        title: String,
    },
    /// `{{suffix}}` at the end of the address may be a variable.
    Url {
        title: String,
        url: String,
    },
    Call {
        title: String,
        phone: String,
    },
    /// A tap copies the code. The provider gives the label.
    CopyCode {
        title: String,
        code: String,
    },
    /// Opens a form of the provider's.
    Form {
        title: String,
        form: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        screen: Option<String>,
        /// Comes back with the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
    /// Of authentication templates; the code is the value in the text.
    OneTimeCode {
        title: String,
        #[serde(default)]
        delivery: CodeDelivery,
        /// The label of the button that fills the code in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        autofill: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        apps: Vec<CodeApp>,
    },
    Catalogue {
        title: String,
        /// The product whose picture is shown.
        thumbnail: String,
    },
    Products {
        title: String,
        thumbnail: String,
        groups: Vec<ProductGroup>,
    },
    /// Calls the business within the channel.
    VoiceCall {
        title: String,
    },
    /// A kind that this version cannot fill, kept as the provider wrote it.
    Other {
        title: String,
        provider_kind: String,
        #[serde(default)]
        raw: Map<String, Value>,
    },
}

impl TemplateButton {
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::QuickReply { title, .. }
            | Self::Url { title, .. }
            | Self::Call { title, .. }
            | Self::CopyCode { title, .. }
            | Self::Form { title, .. }
            | Self::OneTimeCode { title, .. }
            | Self::Catalogue { title, .. }
            | Self::Products { title, .. }
            | Self::VoiceCall { title }
            | Self::Other { title, .. } => title,
        }
    }

    /// Every text in which variables may stand.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        match self {
            Self::Url { url, .. } => vec![url],
            Self::CopyCode { code, .. } => vec![code],
            Self::Form { token, .. } => token.iter().map(String::as_str).collect(),
            Self::Catalogue { thumbnail, .. } => vec![thumbnail],
            Self::Products { thumbnail, groups, .. } => {
                std::iter::once(thumbnail.as_str()).chain(groups.iter().map(|group| group.products.as_str())).collect()
            }
            Self::QuickReply { .. } | Self::Call { .. } | Self::OneTimeCode { .. } | Self::VoiceCall { .. } | Self::Other { .. } => {
                Vec::new()
            }
        }
    }
}

impl HeaderPart {
    /// Every text in which variables may stand.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        match self {
            Self::Media { source, filename, .. } => [Some(source), filename.as_ref()].into_iter().flatten().map(String::as_str).collect(),
            Self::Location { latitude, longitude, name, address } => {
                [Some(latitude), Some(longitude), name.as_ref(), address.as_ref()].into_iter().flatten().map(String::as_str).collect()
            }
            Self::Product { catalogue, product } => vec![catalogue, product],
        }
    }
}

impl CardText {
    /// Every text in which variables may stand.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        let header = self.header_part.iter().flat_map(HeaderPart::sources);
        header.chain(self.body.as_deref()).chain(self.buttons.iter().flat_map(TemplateButton::sources)).collect()
    }
}
