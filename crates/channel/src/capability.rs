//! What a channel can carry, as data: the composer, the compiler and the gate read it.

use model::Channel;
use model::content::Content;
use serde::Serialize;

/// A channel's abilities and limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct CapabilitySheet {
    pub channel: Channel,
    pub templates: bool,
    pub buttons: bool,
    pub lists: bool,
    pub media: bool,
    pub location: bool,
    pub read_receipts: bool,
    /// Whether a message can be taken back before it is delivered.
    pub revocable: bool,
    /// Whether free-form messages need an open customer service window.
    pub windowed: bool,
    pub limits: Limits,
}

/// In characters, unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Limits {
    pub text_max: usize,
    pub buttons_max: usize,
    pub button_title_max: usize,
    pub list_rows_max: usize,
}

impl CapabilitySheet {
    /// A channel of words and media, such as SMS with MMS: templates go as their text.
    #[must_use]
    pub const fn words_and_media(channel: Channel, text_max: usize) -> Self {
        Self {
            channel,
            templates: false,
            buttons: false,
            lists: false,
            media: true,
            location: false,
            read_receipts: false,
            revocable: false,
            windowed: false,
            limits: Limits { text_max, buttons_max: 0, button_title_max: 0, list_rows_max: 0 },
        }
    }

    /// Whether the channel can carry this content as it is.
    #[must_use]
    pub const fn carries(&self, content: &Content) -> bool {
        match content {
            Content::Text(_) => true,
            Content::Buttons(_) => self.buttons,
            Content::List(_) => self.lists,
            Content::Media(_) => self.media,
            Content::Location(_) => self.location,
            Content::Template(_) => self.templates,
        }
    }
}
