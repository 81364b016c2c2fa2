//! Parts of a template besides its words. Wherever a value is asked for with each message, `{{name}}` marks a variable.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MediaKind;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TemplateHeaderPart {
    Media {
        media: MediaKind,
        /// A public https link, or the id of a stored medium (`med_…`).
        source: String,
        filename: Option<String>,
        /// The provider's handle of the sample that its reviewers look at.
        sample: Option<String>,
    },
    /// Degrees, as decimal numbers.
    Location {
        latitude: String,
        longitude: String,
        name: Option<String>,
        address: Option<String>,
    },
    Product {
        catalogue: String,
        product: String,
    },
}

/// A limited-time offer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateOffer {
    pub text: String,
    /// The moment it ends, in RFC 3339; without one no clock is shown.
    pub ends_at: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateCodeText {
    /// "For your security, do not share this code."
    #[serde(default)]
    pub advice: bool,
    #[schema(minimum = 1, maximum = 90)]
    pub expires_minutes: Option<u32>,
}

/// One card of a carousel.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateCardText {
    pub header_part: Option<TemplateHeaderPart>,
    pub body: Option<String>,
    #[serde(default)]
    pub buttons: Vec<TemplateButton>,
}

/// How a one-time code gets into the person's app.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeDelivery {
    #[default]
    Copy,
    OneTap,
    ZeroTap,
}

/// An app that may take a code by itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CodeApp {
    pub package: String,
    pub signature: String,
}

/// Products under a heading: their numbers, separated by commas.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProductGroup {
    pub title: Option<String>,
    pub products: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TemplateButton {
    /// `id` comes back when it is tapped.
    QuickReply {
        id: String,
        title: String,
    },
    /// One variable may stand at the end of the address.
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
    /// Opens a form of the provider's; `token` comes back with the answer.
    Form {
        title: String,
        form: String,
        screen: Option<String>,
        token: Option<String>,
    },
    /// Of authentication templates; the code is the value in the text.
    OneTimeCode {
        title: String,
        #[serde(default)]
        delivery: CodeDelivery,
        autofill: Option<String>,
        #[serde(default)]
        apps: Vec<CodeApp>,
    },
    Catalogue {
        title: String,
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
    /// A kind that cannot be filled, kept as the provider wrote it.
    Other {
        title: String,
        provider_kind: String,
        #[serde(default)]
        #[schema(value_type = Object)]
        raw: serde_json::Map<String, serde_json::Value>,
    },
}
