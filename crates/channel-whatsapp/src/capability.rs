//! What WhatsApp carries.

use channel::{CapabilitySheet, Limits};
use model::Channel;
use model::content::ContentKind;
use whatsapp::limits;

/// Free-form content needs an open service window; outside of it only templates go.
pub static SHEET: CapabilitySheet = CapabilitySheet {
    channel: Channel::Whatsapp,
    carries: &ContentKind::ALL,
    read_receipts: true,
    presence: true,
    revocable: false,
    windowed: true,
    limits: Limits {
        text_max: limits::TEXT_BODY_MAX,
        buttons_max: limits::BUTTONS_MAX,
        button_title_max: limits::BUTTON_TITLE_MAX,
        list_rows_max: limits::LIST_ROWS_MAX,
    },
};
