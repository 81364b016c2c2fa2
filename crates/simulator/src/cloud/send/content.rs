//! From the type of a message to its checks.

use serde_json::Value;

use super::{Frame, TemplateUse, contacts, interactive, plain, template};
use crate::cloud::{CloudState, GraphError};
use crate::people::Shown;

/// The checked content of a message.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub shown: Shown,
    pub template: Option<TemplateUse>,
    /// The message that a reaction points at.
    pub reacts_to: Option<String>,
}

/// Checks the part of the frame that belongs to its type.
pub fn content(state: &CloudState, frame: &Frame, body: &Value) -> Result<Content, GraphError> {
    let shown = |shown| Content { shown, ..Content::default() };
    let part = body.get(&frame.kind);
    let part = || part.filter(|p| p.is_object()).ok_or_else(|| GraphError::required(&frame.kind));
    match frame.kind.as_str() {
        "text" => plain::text(part()?).map(shown),
        "image" | "video" | "audio" | "document" | "sticker" => plain::media(state, &frame.kind, part()?).map(shown),
        "location" => plain::location(part()?).map(shown),
        "reaction" => plain::reaction(part()?),
        "contacts" => contacts::contacts(body.get("contacts")).map(shown),
        "interactive" => interactive::interactive(state, part()?).map(shown),
        "template" => template::template(state, part()?),
        other => Err(GraphError::invalid(format!(
            "Param type must be one of {{AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO}} - got \"{other}\"."
        ))),
    }
}
