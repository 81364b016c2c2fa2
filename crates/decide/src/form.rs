//! A form that a person filled: its answers are an event, so journeys begin by it, wait for it, and look at each answer by its name.

use model::content::Content;
use model::json_text;
use model::timeline::TimelineKind;
use model::value::{Attributes, Value};
use model::{Channel, Message};

use crate::work::Work;

/// The event that journeys see.
pub const FORM_FILLED: &str = "form_filled";

/// Answers that are looked at; a form has fewer.
const ANSWERS_MAX: usize = 300;

impl Work<'_> {
    /// Answers whether a journey made something of it. `name` is what the channel calls it, and counts where our own message does not say which form it is.
    pub fn form_filled(&mut self, channel: Channel, name: &str, data: &serde_json::Value) -> bool {
        let properties = properties(self.named, channel, name, data);
        self.note(TimelineKind::EventTracked, json_text!({ "name": FORM_FILLED, "properties": properties, "source": "form" }));
        self.deliver(FORM_FILLED, &properties, None);
        self.feed(FORM_FILLED, &properties)
    }
}

fn properties(asked: Option<&Message>, channel: Channel, name: &str, data: &serde_json::Value) -> Attributes {
    let form = asked.and_then(|message| match &message.content {
        Some(Content::Form(form)) => Some(form.form.as_str()),
        _ => None,
    });
    let answers = data.as_object();
    let token = answers.and_then(|answers| answers.get("flow_token")).and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut properties: Attributes = answers
        .into_iter()
        .flatten()
        .filter(|(name, _)| *name != "flow_token")
        .take(ANSWERS_MAX)
        .map(|(name, value)| (name.clone(), Value::from_json(value.clone())))
        .collect();
    // Ours come last: an answer cannot pretend to be another form's.
    properties.insert("form".to_owned(), form.unwrap_or(name).into());
    properties.insert("token".to_owned(), token.into());
    properties.insert("channel".to_owned(), channel.as_str().into());
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_keep_their_types_and_cannot_name_another_form() {
        let data = serde_json::json!({ "email": "sam@example.com", "seats": 4, "news": true, "form": "another", "flow_token": "t" });
        let found = properties(None, Channel::Whatsapp, "flow", &data);
        let expected = [
            ("channel", Value::from("whatsapp")),
            ("email", "sam@example.com".into()),
            ("form", "flow".into()),
            ("news", Value::Bool(true)),
            ("seats", Value::Int(4)),
            ("token", "t".into()),
        ];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value)).into());
        assert_eq!(properties(None, Channel::Whatsapp, "flow", &serde_json::json!("not an object")).len(), 3);
    }
}
