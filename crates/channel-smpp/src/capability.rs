//! What SMS by SMPP carries.

use channel::{CapabilitySheet, Limits};
use model::Channel;

use crate::submit::TEXT_MAX;

/// Text only. A template is sent as its text.
pub static SHEET: CapabilitySheet = CapabilitySheet {
    channel: Channel::Sms,
    templates: false,
    buttons: false,
    lists: false,
    media: false,
    location: false,
    read_receipts: false,
    revocable: false,
    windowed: false,
    limits: Limits { text_max: TEXT_MAX, buttons_max: 0, button_title_max: 0, list_rows_max: 0 },
};
