//! How a template looks as a mail.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A design of a template for mail, in some of its languages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailDesignDraft {
    /// By the template's own language tags. A language without a design is sent as plain text with a simple page.
    pub languages: BTreeMap<String, MailDesignText>,
}

/// Places `{{name}}` are those of the template's own text in the language; `{{unsubscribe_url}}` is the person's own link.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailDesignText {
    #[schema(example = "{{name}}, see you tomorrow")]
    pub subject: String,
    /// MJML. Places may stand in text, in links and in addresses of pictures.
    #[schema(example = "<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{name}}</mj-text></mj-column></mj-section></mj-body></mjml>")]
    pub mjml: String,
    /// For programs without HTML; the template's own text when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A mail as a person would get it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct MailDesignPreview {
    pub subject: String,
    /// To be shown in a sandbox.
    pub html: String,
    pub text: String,
}
