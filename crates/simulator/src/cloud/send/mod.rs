//! `POST /{phone}/messages`: what a message may look like, and what the phone will show of it.
//!
//! To add a message type: a file for its checks, a line in [`content`].

mod check;
mod contacts;
mod frame;
mod interactive;
mod interactive_more;
mod plain;
mod template;
mod template_buttons;

pub use frame::{Addressed, Frame, product};
pub use template::TemplateUse;

use serde_json::Value;

use super::{CloudState, GraphError};
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
