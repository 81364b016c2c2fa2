//! Published numbers. Lengths are in characters (Unicode scalar values), sizes in bytes, times in seconds.
//! Pages: throughput, messaging-limits, business-phone-numbers/media, messages/*, templates/*.

// Sending.
pub const TEXT_BODY_MAX: usize = 4096;
pub const CAPTION_MAX: usize = 1024;
pub const CALLBACK_DATA_MAX: usize = 512;
pub const CONTACTS_MAX: usize = 257;
pub const INTERACTIVE_BODY_MAX: usize = 1024;
pub const LIST_BODY_MAX: usize = 4096;
pub const FOOTER_MAX: usize = 60;
pub const HEADER_TEXT_MAX: usize = 60;
pub const BUTTONS_MAX: usize = 3;
pub const BUTTON_TITLE_MAX: usize = 20;
pub const BUTTON_ID_MAX: usize = 256;
pub const LIST_SECTIONS_MAX: usize = 10;
pub const LIST_ROWS_MAX: usize = 10;
pub const LIST_SECTION_TITLE_MAX: usize = 24;
pub const LIST_ROW_ID_MAX: usize = 200;
pub const LIST_ROW_TITLE_MAX: usize = 24;
pub const LIST_ROW_DESCRIPTION_MAX: usize = 72;
pub const CAROUSEL_CARDS_MIN: usize = 2;
pub const CAROUSEL_CARDS_MAX: usize = 10;
pub const CAROUSEL_CARD_BODY_MAX: usize = 160;
pub const CAROUSEL_CARD_LINE_BREAKS_MAX: usize = 2;
pub const PRODUCTS_MAX: usize = 30;
pub const ONE_TIME_CODE_MAX: usize = 15;

// Templates.
pub const TEMPLATE_NAME_MAX: usize = 512;
pub const TEMPLATE_BODY_MAX: usize = 1024;
pub const TEMPLATE_BODY_WITH_OFFER_MAX: usize = 600;
pub const TEMPLATE_BUTTONS_MAX: usize = 10;
pub const TEMPLATE_BUTTON_LABEL_MAX: usize = 25;
pub const TEMPLATE_URL_BUTTONS_MAX: usize = 2;
pub const TEMPLATE_OFFER_TEXT_MAX: usize = 16;
pub const TEMPLATE_COUPON_MAX: usize = 15;
pub const TEMPLATES_PER_ACCOUNT: usize = 250;
pub const TEMPLATES_PER_VERIFIED_ACCOUNT: usize = 6_000;
pub const TEMPLATE_CREATIONS_PER_HOUR: u32 = 100;
pub const TEMPLATE_EDITS_PER_DAY: u32 = 1;
pub const TEMPLATE_EDITS_PER_30_DAYS: u32 = 10;

// Rates.
/// Messages a second, in and out together.
pub const THROUGHPUT_STANDARD: u32 = 80;
pub const THROUGHPUT_HIGH: u32 = 1_000;
pub const THROUGHPUT_COEXISTENCE: u32 = 20;
/// One message per this many seconds to one user …
pub const PAIR_INTERVAL_S: u32 = 6;
/// … with this many at once, borrowed from the future.
pub const PAIR_BURST: u32 = 45;
pub const MANAGEMENT_CALLS_PER_HOUR: u32 = 200;
pub const MANAGEMENT_CALLS_PER_HOUR_REGISTERED: u32 = 5_000;
pub const REGISTRATIONS_PER_72_H: u32 = 10;
/// Steps of the messaging limit: unique users in a moving 24 hours outside service windows; the next is unlimited.
pub const MESSAGING_TIERS: [u32; 4] = [250, 2_000, 10_000, 100_000];
pub const TEST_NUMBER_RECIPIENTS_MAX: usize = 5;
pub const CALL_PERMISSION_REQUESTS_PER_DAY: u32 = 1;
pub const CALL_PERMISSION_REQUESTS_PER_WEEK: u32 = 2;
pub const CONCURRENT_CALLS_MAX: u32 = 1_000;
pub const FREE_SERVICE_MESSAGES_PER_MONTH: u32 = 1_000;

// Windows.
pub const SERVICE_WINDOW_S: i64 = 24 * 3600;
pub const FREE_ENTRY_WINDOW_S: i64 = 72 * 3600;
pub const QUOTE_AGE_MAX_S: i64 = 30 * 24 * 3600;
pub const TYPING_SHOWN_S: u32 = 25;

// Webhooks.
pub const WEBHOOK_BYTES_MAX: usize = 3 * 1024 * 1024;
pub const WEBHOOK_UPDATES_MAX: usize = 1_000;
pub const WEBHOOK_RETRY_S: i64 = 7 * 24 * 3600;

// Media.
pub const MEDIA_URL_LIFETIME_S: i64 = 5 * 60;
pub const INBOUND_MEDIA_LIFETIME_S: i64 = 7 * 24 * 3600;
pub const UPLOADED_MEDIA_LIFETIME_S: i64 = 30 * 24 * 3600;
pub const LINK_CACHE_S: i64 = 10 * 60;
/// A voice note above this size shows no play icon.
pub const VOICE_ICON_BYTES_MAX: u64 = 512 * 1024;

const MIB: u64 = 1024 * 1024;

/// A kind of media with what it accepts. An empty MIME list accepts any type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaLimit {
    pub bytes_max: u64,
    pub mime_types: &'static [&'static str],
}

pub const IMAGE: MediaLimit = MediaLimit { bytes_max: 5 * MIB, mime_types: &["image/jpeg", "image/png"] };
pub const AUDIO: MediaLimit =
    MediaLimit { bytes_max: 16 * MIB, mime_types: &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"] };
pub const VIDEO: MediaLimit = MediaLimit { bytes_max: 16 * MIB, mime_types: &["video/mp4", "video/3gpp"] };
pub const DOCUMENT: MediaLimit = MediaLimit { bytes_max: 100 * MIB, mime_types: &[] };
pub const STICKER_STATIC: MediaLimit = MediaLimit { bytes_max: 100 * 1024, mime_types: &["image/webp"] };
pub const STICKER_ANIMATED: MediaLimit = MediaLimit { bytes_max: 500 * 1024, mime_types: &["image/webp"] };

impl MediaLimit {
    /// True when a file of this type and size may be sent. Parameters such as `; codecs=opus` are ignored.
    pub fn accepts(&self, mime_type: &str, bytes: u64) -> bool {
        let essence = mime_type.split(';').next().unwrap_or_default().trim();
        let known = self.mime_types.is_empty() || self.mime_types.iter().any(|mime| mime.eq_ignore_ascii_case(essence));
        known && bytes <= self.bytes_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_is_judged_by_type_and_size() {
        assert!(AUDIO.accepts("audio/ogg; codecs=opus", 1));
        assert!(!IMAGE.accepts("image/webp", 1));
        assert!(IMAGE.accepts("image/png", 5 * MIB));
        assert!(!IMAGE.accepts("image/png", 5 * MIB + 1));
        assert!(DOCUMENT.accepts("application/x-anything", 1));
    }
}
