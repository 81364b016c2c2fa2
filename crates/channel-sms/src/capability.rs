//! What SMS carries.

use channel::{CapabilitySheet, Limits};
use model::Channel;

/// Characters that Twilio takes in one message.
pub(crate) const BODY_MAX: usize = 1600;

/// Text, and media as MMS where the country has it. A template is sent as its text.
pub static SHEET: CapabilitySheet = CapabilitySheet {
    channel: Channel::Sms,
    templates: false,
    buttons: false,
    lists: false,
    media: true,
    location: false,
    read_receipts: false,
    revocable: false,
    windowed: false,
    limits: Limits { text_max: BODY_MAX, buttons_max: 0, button_title_max: 0, list_rows_max: 0 },
};
