//! Contact cards.

use serde_json::Value;

use super::check;
use crate::cloud::GraphError;
use crate::people::Shown;

/// Most cards in one message.
const CARDS_MAX: usize = 257;

/// `formatted_name` must not stand alone.
const NAME_PARTS: [&str; 5] = ["first_name", "last_name", "middle_name", "suffix", "prefix"];

pub fn contacts(part: Option<&Value>) -> Result<Shown, GraphError> {
    // The Graph API also reads a member that is JSON in a text, and some clients write this one so.
    let written = part.and_then(Value::as_str).and_then(|text| serde_json::from_str::<Value>(text).ok());
    let cards = written.as_ref().or(part).and_then(Value::as_array).ok_or_else(|| GraphError::required("contacts"))?;
    if cards.is_empty() || cards.len() > CARDS_MAX {
        return Err(GraphError::value(format!("Invalid contacts count. Min allowed contacts: 1, Max allowed contacts: {CARDS_MAX}")));
    }
    let mut lines = Vec::new();
    for card in cards {
        let name = check::object(card, "name")?;
        let formatted = check::text(name, "formatted_name", "formatted_name", 1, 1_024)?;
        if !NAME_PARTS.iter().any(|member| name.get(member).and_then(Value::as_str).is_some_and(|text| !text.is_empty())) {
            return Err(GraphError::missing(
                "At least one of first_name, last_name, middle_name, suffix, prefix must be set beside formatted_name",
            ));
        }
        let phone = card.pointer("/phones/0/phone").and_then(Value::as_str).unwrap_or_default();
        lines.push(format!("{formatted} {phone}").trim_end().to_owned());
    }
    Ok(Shown::text(lines.join("\n")))
}
