//! The members around the content: product, recipient, type, context, opaque data.

use serde_json::Value;

use crate::cloud::GraphError;

/// Whom a message is for, as the request says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addressed {
    /// `to`: the input as it came, and its digits. `international` when it began with a plus.
    Phone { input: String, digits: String, international: bool },
    /// `recipient`: a business-scoped user id.
    User(String),
}

#[derive(Clone, Debug)]
pub struct Frame {
    pub to: Addressed,
    pub kind: String,
    pub context: Option<String>,
    pub opaque: Option<String>,
    pub identity_hash: Option<String>,
}

/// Longest `biz_opaque_callback_data`.
const OPAQUE_MAX: usize = 512;

impl Frame {
    pub fn read(body: &Value) -> Result<Self, GraphError> {
        product(body)?;
        let recipient_type = body.get("recipient_type").and_then(Value::as_str).unwrap_or("individual");
        if recipient_type != "individual" {
            return Err(GraphError::invalid(format!("Param recipient_type must be one of {{INDIVIDUAL}} - got \"{recipient_type}\".")));
        }
        let kind = match body.get("type") {
            None | Some(Value::Null) => "text".to_owned(),
            Some(Value::String(kind)) => kind.to_ascii_lowercase(),
            Some(_) => return Err(GraphError::invalid("Param type must be a string")),
        };
        let opaque = match body.get("biz_opaque_callback_data") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if text.chars().count() <= OPAQUE_MAX => Some(text.clone()),
            Some(_) => return Err(GraphError::invalid("Param biz_opaque_callback_data must be a string of at most 512 characters")),
        };
        let context = match body.get("context") {
            None | Some(Value::Null) => None,
            Some(context) => Some(
                context
                    .get("message_id")
                    .and_then(Value::as_str)
                    .ok_or_else(|| GraphError::invalid("Param context['message_id'] is required"))?
                    .to_owned(),
            ),
        };
        Ok(Self {
            to: addressed(body)?,
            kind,
            context,
            opaque,
            identity_hash: body.get("recipient_identity_key_hash").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

/// Every request names the product.
pub fn product(body: &Value) -> Result<(), GraphError> {
    match body.get("messaging_product").and_then(Value::as_str) {
        Some("whatsapp") => Ok(()),
        Some(other) => Err(GraphError::invalid(format!("Param messaging_product must be one of {{WHATSAPP}} - got \"{other}\"."))),
        None => Err(GraphError::required("messaging_product")),
    }
}

fn addressed(body: &Value) -> Result<Addressed, GraphError> {
    // When both are given `to` wins.
    let to = match body.get("to") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(_) => return Err(GraphError::invalid("Param to must be a string")),
    };
    if let Some(input) = to {
        let allowed = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ');
        let digits: String = input.chars().filter(char::is_ascii_digit).collect();
        if input.chars().all(allowed) && (7..=15).contains(&digits.len()) {
            let international = input.trim_start().starts_with('+');
            return Ok(Addressed::Phone { input, digits, international });
        }
        return Err(GraphError::value("Recipient phone number is not a valid phone number"));
    }
    match body.get("recipient").and_then(Value::as_str) {
        Some(id) if user_id(id) => Ok(Addressed::User(id.to_owned())),
        Some(_) => Err(GraphError::value("Recipient is not a valid business-scoped user ID")),
        None => Err(GraphError::required("to")),
    }
}

/// ISO country, a point, up to 128 letters and digits; `US.ENT.…` for linked portfolios.
fn user_id(id: &str) -> bool {
    let Some((country, rest)) = id.split_once('.') else { return false };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.chars().all(|c| c.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_phone_number_wins_over_the_user_id() {
        let frame = Frame::read(&json!({"messaging_product": "whatsapp", "to": "+1 (202) 555-0123", "recipient": "US.1"})).expect("valid");
        assert_eq!(frame.to, Addressed::Phone { input: "+1 (202) 555-0123".into(), digits: "12025550123".into(), international: true });
        assert_eq!(frame.kind, "text");
    }

    #[test]
    fn frames_without_product_or_recipient_are_refused() {
        let error = |body| Frame::read(&body).expect_err("refused").message;
        assert_eq!(error(json!({"to": "+12025550123"})), "(#100) The parameter messaging_product is required.");
        assert_eq!(error(json!({"messaging_product": "whatsapp"})), "(#100) The parameter to is required.");
        let bad = Frame::read(&json!({"messaging_product": "whatsapp", "to": "nobody"})).expect_err("refused");
        assert_eq!(bad.code, 131009);
    }
}
