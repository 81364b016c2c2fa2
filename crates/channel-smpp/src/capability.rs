//! What SMS by SMPP carries.

use channel::{CapabilitySheet, Limits};
use model::Channel;
use model::content::ContentKind;

use crate::submit::TEXT_MAX;

/// Text only. Anything else is said in words where words can stand for it.
pub static SHEET: CapabilitySheet = CapabilitySheet {
    channel: Channel::Sms,
    carries: &[ContentKind::Text],
    read_receipts: false,
    presence: false,
    revocable: false,
    windowed: false,
    limits: Limits { text_max: TEXT_MAX, buttons_max: 0, button_title_max: 0, list_rows_max: 0 },
};
