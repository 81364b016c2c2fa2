//! What a template asks of its senders: variables, header format, buttons, cards.

use serde_json::Value;

/// The parts of a template (or of one carousel card) that a send must fill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub header: Option<HeaderShape>,
    pub body: String,
    pub body_variables: Vec<String>,
    pub footer: Option<String>,
    pub buttons: Vec<ButtonShape>,
    pub cards: Vec<Shape>,
    /// A limited-time offer whose end must be given with each send.
    pub offer_expires: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderShape {
    pub format: Format,
    pub text: String,
    pub variables: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Image,
    Video,
    Document,
    Gif,
    Location,
    Product,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonShape {
    pub kind: ButtonKind,
    pub text: String,
    /// URL or phone number.
    pub target: String,
    pub dynamic: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonKind {
    QuickReply,
    Url,
    PhoneNumber,
    CopyCode,
    Otp,
    Catalog,
    Mpm,
    Flow,
    Other,
}

impl Format {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.to_ascii_uppercase().as_str() {
            "TEXT" => Self::Text,
            "IMAGE" => Self::Image,
            "VIDEO" => Self::Video,
            "DOCUMENT" => Self::Document,
            "GIF" => Self::Gif,
            "LOCATION" => Self::Location,
            "PRODUCT" => Self::Product,
            _ => return None,
        })
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Image => "IMAGE",
            Self::Video => "VIDEO",
            Self::Document => "DOCUMENT",
            Self::Gif => "GIF",
            Self::Location => "LOCATION",
            Self::Product => "PRODUCT",
        }
    }
}

impl ButtonKind {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.to_ascii_uppercase().as_str() {
            "QUICK_REPLY" => Self::QuickReply,
            "URL" => Self::Url,
            "PHONE_NUMBER" => Self::PhoneNumber,
            "COPY_CODE" => Self::CopyCode,
            "OTP" => Self::Otp,
            "CATALOG" => Self::Catalog,
            "MPM" => Self::Mpm,
            "FLOW" => Self::Flow,
            "SPM" | "VOICE_CALL" | "REQUEST_CONTACT_INFO" | "APP" => Self::Other,
            _ => return None,
        })
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::QuickReply => "QUICK_REPLY",
            Self::Url => "URL",
            Self::PhoneNumber => "PHONE_NUMBER",
            Self::CopyCode => "COPY_CODE",
            Self::Otp => "OTP",
            Self::Catalog => "CATALOG",
            Self::Mpm => "MPM",
            Self::Flow => "FLOW",
            Self::Other => "OTHER",
        }
    }

    /// As it stands in the text of 131008.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Url => "Url",
            Self::CopyCode => "CopyCode",
            Self::Otp => "Otp",
            _ => self.name(),
        }
    }

    /// Whether a send may address this button with a `sub_type`. One-time passwords are sent as `url`.
    #[must_use]
    pub fn takes(self, sub_type: &str) -> bool {
        match self {
            Self::Otp => matches!(sub_type, "url" | "otp" | "copy_code"),
            Self::Other => true,
            kind => sub_type == kind.name().to_ascii_lowercase(),
        }
    }
}

/// Reads the shape out of checked components.
#[must_use]
pub fn read(components: &[Value], authentication: bool) -> Shape {
    let mut shape = Shape::default();
    for component in components {
        let text = || component.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        match upper(component, "type").as_str() {
            "HEADER" => {
                let format = Format::parse(&upper(component, "format")).unwrap_or(Format::Text);
                shape.header = Some(HeaderShape { format, variables: variables(&text()), text: text() });
            }
            "BODY" if authentication => {
                shape.body = "{{1}} is your verification code.".to_owned();
                if component.get("add_security_recommendation").and_then(Value::as_bool) == Some(true) {
                    shape.body.push_str(" For your security, do not share this code.");
                }
                shape.body_variables = vec!["1".to_owned()];
            }
            "BODY" => {
                shape.body = text();
                shape.body_variables = variables(&shape.body);
            }
            "FOOTER" => {
                let minutes = component.get("code_expiration_minutes").and_then(Value::as_u64);
                shape.footer = Some(minutes.map_or_else(text, |m| format!("This code expires in {m} minutes.")));
            }
            "BUTTONS" => shape.buttons = list(component, "buttons").iter().map(button).collect(),
            "CAROUSEL" => shape.cards = list(component, "cards").iter().map(|card| read(list(card, "components"), false)).collect(),
            "LIMITED_TIME_OFFER" => {
                shape.offer_expires = component.pointer("/limited_time_offer/has_expiration").and_then(Value::as_bool) == Some(true);
            }
            _ => {}
        }
    }
    shape
}

fn button(button: &Value) -> ButtonShape {
    let kind = ButtonKind::parse(&upper(button, "type")).unwrap_or(ButtonKind::Other);
    let text = |member: &str| button.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let default_text = match kind {
        ButtonKind::CopyCode | ButtonKind::Otp => "Copy code",
        _ => "",
    };
    let target = if kind == ButtonKind::PhoneNumber { text("phone_number") } else { text("url") };
    let label = text("text");
    ButtonShape { dynamic: target.contains("{{"), kind, text: if label.is_empty() { default_text.to_owned() } else { label }, target }
}

pub fn upper(value: &Value, member: &str) -> String {
    value.get(member).and_then(Value::as_str).unwrap_or_default().to_ascii_uppercase()
}

pub fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The names between `{{` and `}}`, in order of first appearance.
#[must_use]
pub fn variables(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        let name = rest[start + 2..start + length].trim().to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
        rest = &rest[start + length + 2..];
    }
    names
}
