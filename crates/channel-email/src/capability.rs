//! What email carries.

use channel::{CapabilitySheet, Limits};
use model::Channel;
use model::content::ContentKind;

/// Characters of a text. Longer mails are cut short by the programs that show them.
pub(crate) const BODY_MAX: usize = 100_000;

/// Text with an HTML form of it, templates as they were designed, media attached or linked. The rest in words.
pub static SHEET: CapabilitySheet = CapabilitySheet {
    channel: Channel::Email,
    carries: &[ContentKind::Text, ContentKind::Media, ContentKind::Template],
    read_receipts: false,
    presence: false,
    revocable: false,
    windowed: false,
    limits: Limits { text_max: BODY_MAX, buttons_max: 0, button_title_max: 0, list_rows_max: 0 },
};
