//! What SMS carries.

use channel::CapabilitySheet;
use model::Channel;

/// Characters that Twilio takes in one message.
pub(crate) const BODY_MAX: usize = 1600;

/// Text, and media as MMS where the country has it. Anything else is said in words where words can stand for it.
pub static SHEET: CapabilitySheet = CapabilitySheet::words_and_media(Channel::Sms, BODY_MAX);
