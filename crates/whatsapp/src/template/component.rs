//! Components of a template's definition. Type names are accepted in any case and written in capitals.

use crate::wire::open_enum;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

open_enum! {
    /// `format` of a header.
    pub enum TemplateHeaderFormat {
        Text = "TEXT", Image = "IMAGE", Video = "VIDEO", Document = "DOCUMENT", Gif = "GIF", Location = "LOCATION", Product = "PRODUCT",
    }
}

/// `components[]`
#[derive(Debug, Clone, PartialEq)]
pub enum TemplateComponent {
    Header {
        format: TemplateHeaderFormat,
        text: Option<String>,
        example: Option<Example>,
    },
    /// `text` is absent for authentication, whose text is fixed.
    Body {
        text: Option<String>,
        example: Option<Example>,
        add_security_recommendation: Option<bool>,
    },
    /// `code_expiration_minutes` (1 to 90) stands instead of `text` for authentication.
    Footer {
        text: Option<String>,
        code_expiration_minutes: Option<u32>,
    },
    Buttons {
        buttons: Vec<TemplateButton>,
    },
    LimitedTimeOffer {
        text: String,
        has_expiration: bool,
    },
    Carousel {
        cards: Vec<TemplateCardDefinition>,
    },
    CallPermissionRequest,
}

/// `cards[]`: all with the same structure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateCardDefinition {
    pub components: Vec<TemplateComponent>,
}

/// `example`: sample values, compulsory for every variable and every media header.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header_handle: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header_text: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header_text_named_params: Vec<NamedExample>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body_text: Vec<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body_text_named_params: Vec<NamedExample>,
}

/// A sample for a named variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedExample {
    pub param_name: String,
    pub example: String,
}

open_enum! {
    /// `otp_type`
    pub enum OtpType { CopyCode = "COPY_CODE", OneTap = "ONE_TAP", ZeroTap = "ZERO_TAP" }
}

/// `supported_apps[]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportedApp {
    pub package_name: String,
    pub signature_hash: String,
}

/// `buttons[]`. Kinds with members of their own are typed; all others keep theirs in `Other`.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplateButton {
    QuickReply {
        text: String,
    },
    Url {
        text: String,
        url: String,
        example: Vec<String>,
    },
    PhoneNumber {
        text: String,
        phone_number: String,
    },
    CopyCode {
        example: String,
    },
    Flow {
        text: String,
        members: Map<String, Value>,
    },
    Otp {
        otp_type: OtpType,
        members: Map<String, Value>,
    },
    /// CATALOG, MPM, SPM, VOICE_CALL, REQUEST_CONTACT_INFO, and what comes next.
    Other {
        kind: String,
        members: Map<String, Value>,
    },
}

impl TemplateButton {
    /// The label, where the kind has one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::QuickReply { text } | Self::Url { text, .. } | Self::PhoneNumber { text, .. } | Self::Flow { text, .. } => Some(text),
            Self::Otp { members, .. } | Self::Other { members, .. } => members.get("text").and_then(Value::as_str),
            Self::CopyCode { .. } => None,
        }
    }
}

fn kind_of<E: serde::de::Error>(members: &mut Map<String, Value>) -> Result<String, E> {
    match members.shift_remove("type") {
        Some(Value::String(kind)) => Ok(kind.to_ascii_uppercase()),
        _ => Err(E::custom("type is required")),
    }
}

fn take<T: serde::de::DeserializeOwned, E: serde::de::Error>(members: &mut Map<String, Value>, name: &str) -> Result<T, E> {
    serde_json::from_value(members.shift_remove(name).unwrap_or_default()).map_err(|error| E::custom(format!("{name}: {error}")))
}

/// One string, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    None(()),
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::None(()) => Vec::new(),
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

impl<'de> Deserialize<'de> for TemplateComponent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::<String, Value>::deserialize(deserializer)?;
        let m = &mut members;
        Ok(match kind_of::<D::Error>(m)?.as_str() {
            "HEADER" => Self::Header { format: take(m, "format")?, text: take(m, "text")?, example: take(m, "example")? },
            "BODY" => Self::Body {
                text: take(m, "text")?,
                example: take(m, "example")?,
                add_security_recommendation: take(m, "add_security_recommendation")?,
            },
            "FOOTER" => Self::Footer { text: take(m, "text")?, code_expiration_minutes: take(m, "code_expiration_minutes")? },
            "BUTTONS" => Self::Buttons { buttons: take(m, "buttons")? },
            "LIMITED_TIME_OFFER" => {
                let mut offer: Map<String, Value> = take(m, "limited_time_offer")?;
                Self::LimitedTimeOffer {
                    text: take(&mut offer, "text")?,
                    has_expiration: take::<Option<bool>, D::Error>(&mut offer, "has_expiration")?.unwrap_or(false),
                }
            }
            "CAROUSEL" => Self::Carousel { cards: take(m, "cards")? },
            "CALL_PERMISSION_REQUEST" => Self::CallPermissionRequest,
            other => return Err(D::Error::custom(format!("component {other} is not known"))),
        })
    }
}

impl Serialize for TemplateComponent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Members::of(match self {
            Self::Header { .. } => "HEADER",
            Self::Body { .. } => "BODY",
            Self::Footer { .. } => "FOOTER",
            Self::Buttons { .. } => "BUTTONS",
            Self::LimitedTimeOffer { .. } => "LIMITED_TIME_OFFER",
            Self::Carousel { .. } => "CAROUSEL",
            Self::CallPermissionRequest => "CALL_PERMISSION_REQUEST",
        });
        match self {
            Self::Header { format, text, example } => {
                out.put("format", Some(format));
                out.put("text", text.as_ref());
                out.put("example", example.as_ref());
            }
            Self::Body { text, example, add_security_recommendation } => {
                out.put("text", text.as_ref());
                out.put("example", example.as_ref());
                out.put("add_security_recommendation", add_security_recommendation.as_ref());
            }
            Self::Footer { text, code_expiration_minutes } => {
                out.put("text", text.as_ref());
                out.put("code_expiration_minutes", code_expiration_minutes.as_ref());
            }
            Self::Buttons { buttons } => out.put("buttons", Some(buttons)),
            Self::LimitedTimeOffer { text, has_expiration } => {
                out.put("limited_time_offer", Some(&serde_json::json!({"text": text, "has_expiration": has_expiration})));
            }
            Self::Carousel { cards } => out.put("cards", Some(cards)),
            Self::CallPermissionRequest => {}
        }
        out.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TemplateButton {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::<String, Value>::deserialize(deserializer)?;
        let m = &mut members;
        let kind = kind_of::<D::Error>(m)?;
        Ok(match kind.as_str() {
            "QUICK_REPLY" => Self::QuickReply { text: take(m, "text")? },
            "URL" => {
                Self::Url { text: take(m, "text")?, url: take(m, "url")?, example: take::<OneOrMany, D::Error>(m, "example")?.into_vec() }
            }
            "PHONE_NUMBER" => Self::PhoneNumber { text: take(m, "text")?, phone_number: take(m, "phone_number")? },
            "COPY_CODE" => {
                let example = take::<OneOrMany, D::Error>(m, "example")?.into_vec();
                Self::CopyCode { example: example.into_iter().next().unwrap_or_default() }
            }
            "FLOW" => Self::Flow { text: take(m, "text")?, members },
            "OTP" => Self::Otp { otp_type: take(m, "otp_type")?, members },
            _ => Self::Other { kind, members },
        })
    }
}

impl Serialize for TemplateButton {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Members::of(match self {
            Self::QuickReply { .. } => "QUICK_REPLY",
            Self::Url { .. } => "URL",
            Self::PhoneNumber { .. } => "PHONE_NUMBER",
            Self::CopyCode { .. } => "COPY_CODE",
            Self::Flow { .. } => "FLOW",
            Self::Otp { .. } => "OTP",
            Self::Other { kind, .. } => kind,
        });
        match self {
            Self::QuickReply { text } => out.put("text", Some(text)),
            Self::Url { text, url, example } => {
                out.put("text", Some(text));
                out.put("url", Some(url));
                out.put("example", Some(example).filter(|example| !example.is_empty()));
            }
            Self::PhoneNumber { text, phone_number } => {
                out.put("text", Some(text));
                out.put("phone_number", Some(phone_number));
            }
            Self::CopyCode { example } => out.put("example", Some(example)),
            Self::Flow { text, members } => {
                out.put("text", Some(text));
                out.0.extend(members.clone());
            }
            Self::Otp { otp_type, members } => {
                out.put("otp_type", Some(otp_type));
                out.0.extend(members.clone());
            }
            Self::Other { members, .. } => out.0.extend(members.clone()),
        }
        out.0.serialize(serializer)
    }
}

struct Members(Map<String, Value>);

impl Members {
    fn of(kind: &str) -> Self {
        Self(Map::from_iter([("type".to_owned(), Value::String(kind.to_owned()))]))
    }

    fn put<T: Serialize>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value.and_then(|value| serde_json::to_value(value).ok()) {
            self.0.insert(name.to_owned(), value);
        }
    }
}
