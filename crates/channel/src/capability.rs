//! What a channel can carry, as data: the composer, the compiler and the gate read it.

use model::Channel;
use model::content::{Content, ContentKind};
use serde::Serialize;

/// A channel's abilities and limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct CapabilitySheet {
    pub channel: Channel,
    /// What it carries as it is. The rest is said in words where words can stand for it ([`Content::in_words`]), else refused.
    pub carries: &'static [ContentKind],
    pub read_receipts: bool,
    /// Whether people can be shown that they were read, and that somebody writes.
    pub presence: bool,
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
    /// A channel of words and media, such as SMS with MMS.
    #[must_use]
    pub const fn words_and_media(channel: Channel, text_max: usize) -> Self {
        Self {
            channel,
            carries: &[ContentKind::Text, ContentKind::Media],
            read_receipts: false,
            presence: false,
            revocable: false,
            windowed: false,
            limits: Limits { text_max, buttons_max: 0, button_title_max: 0, list_rows_max: 0 },
        }
    }

    /// Whether the channel can carry this content as it is.
    #[must_use]
    pub fn carries(&self, content: &Content) -> bool {
        self.carries.contains(&content.kind())
    }
}
