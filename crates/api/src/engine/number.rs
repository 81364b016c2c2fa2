//! A sender at its provider: how it stands there, what people see of the business, and the forms that it sends.

use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a number stands at its provider, when it was last asked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SenderHealth {
    #[schema(value_type = String, format = DateTime)]
    pub checked_at: Timestamp,
    /// As the provider says: `CONNECTED`, `FLAGGED`, …
    pub status: Option<String>,
    /// Whether the number was shown to be yours: `VERIFIED`, `NOT_VERIFIED`, `EXPIRED`.
    #[serde(default)]
    pub verification: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: Option<String>,
    /// The name that people see.
    pub name: Option<String>,
    /// Whether the provider approved that name.
    pub name_status: Option<String>,
    /// How many different people may be written to in a day: `TIER_2K`, `TIER_UNLIMITED`, …
    pub messaging_limit: Option<String>,
    /// Messages a second that the provider grants.
    pub per_second: Option<u32>,
    /// The business that the number belongs to: numbers of one share the messaging limit.
    pub business: Option<String>,
    /// What the provider complains of.
    pub problems: Vec<String>,
}

/// What people see when they look at the number.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "about": "We answer from 8 to 18.", "email": "desk@example.com", "websites": ["https://example.com"], "vertical": "HEALTH" }))]
pub struct SenderProfile {
    /// One line; up to 139 characters.
    pub about: Option<String>,
    /// Up to 256 characters.
    pub address: Option<String>,
    /// Up to 512 characters.
    pub description: Option<String>,
    /// Up to 128 characters.
    pub email: Option<String>,
    /// Up to two.
    pub websites: Vec<String>,
    /// The trade, in the provider's word: `HEALTH`, `RETAIL`, …
    pub vertical: Option<String>,
    /// Where the picture lies. Written, it is ignored.
    pub picture: Option<String>,
}

/// A form: what is asked on its pages, and how they look.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "lead_capture", "pages": [{ "screen": "DETAILS", "fields": [{ "name": "email", "kind": "email" }] }], "flow": { "version": "7.2", "screens": [] } }))]
pub struct FormDraft {
    pub name: String,
    pub pages: Vec<FormPage>,
    /// The pages as WhatsApp shows them: Flow JSON. The provider gets it as it is written, so that its lines are the author's.
    #[schema(value_type = serde_json::Map<String, serde_json::Value>)]
    pub flow: Box<serde_json::value::RawValue>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormPage {
    /// Its id in the Flow JSON.
    pub screen: String,
    pub fields: Vec<FormField>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name in the Flow JSON, and in the event `form_filled`.
    pub name: String,
    pub kind: FormFieldKind,
    /// The answers of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<String>,
    #[serde(default)]
    pub optional: bool,
}

/// What an answer must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormFieldKind {
    Text,
    Email,
    Phone,
    Number,
    Date,
    YesNo,
    Choice,
}

/// A form that can be sent: `{ "type": "form", "form": <id>, … }`.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct FormView {
    /// The provider's id, which messages name.
    pub id: String,
    pub name: String,
    pub pages: Vec<FormPage>,
}

/// How the provider sends a code to a number.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "method": "sms", "language": "en_US" }))]
pub struct CodeWanted {
    pub method: CodeMethod,
    /// Of the text or call.
    pub language: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeMethod {
    Sms,
    Voice,
}

/// What is to come from the phone app that has a number, too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "what": "history" }))]
pub struct AppImport {
    pub what: AppData,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppData {
    /// The names in the phone's address book.
    Contacts,
    /// What was said before the number was connected, up to 180 days back, if the owner agreed to share it.
    History,
}
