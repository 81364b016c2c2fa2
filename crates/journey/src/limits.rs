//! What a channel takes: counts and lengths, in characters. Page "messages" of the Cloud API reference for WhatsApp.

use model::Channel;
use model::content::Content;

pub(crate) const TEXT_MAX: usize = 4096;
pub(crate) const CAPTION_MAX: usize = 1024;
pub(crate) const BUTTONS_BODY_MAX: usize = 1024;
pub(crate) const BUTTONS_MAX: usize = 3;
pub(crate) const BUTTON_TITLE_MAX: usize = 20;
pub(crate) const BUTTON_ID_MAX: usize = 256;
pub(crate) const HEADER_MAX: usize = 60;
pub(crate) const FOOTER_MAX: usize = 60;
pub(crate) const LIST_BODY_MAX: usize = 4096;
pub(crate) const LIST_BUTTON_MAX: usize = 20;
pub(crate) const LIST_SECTIONS_MAX: usize = 10;
pub(crate) const LIST_ROWS_MAX: usize = 10;
pub(crate) const SECTION_TITLE_MAX: usize = 24;
pub(crate) const ROW_ID_MAX: usize = 200;
pub(crate) const ROW_TITLE_MAX: usize = 24;
pub(crate) const ROW_DESCRIPTION_MAX: usize = 72;
/// Most carriers join at most this many segments into one text.
pub(crate) const SMS_SEGMENTS_MAX: usize = 10;

/// Why a rendered content does not fit its channel. The compiler has checked what is fixed; values may still be long.
pub(crate) fn too_long(channel: Channel, content: &Content) -> Option<String> {
    let over = |what: &str, text: &str, most: usize| {
        let len = text.chars().count();
        (len > most).then(|| format!("{what} has {len} characters for this person; {most} are allowed"))
    };
    let opt = |what: &str, text: &Option<String>, most| text.as_deref().and_then(|text| over(what, text, most));
    match content {
        Content::Text(text) if channel == Channel::Sms => {
            let segments = sms_segments(&text.body);
            (segments > SMS_SEGMENTS_MAX).then(|| format!("the text takes {segments} SMS segments; {SMS_SEGMENTS_MAX} are allowed"))
        }
        Content::Text(text) => over("the text", &text.body, TEXT_MAX),
        Content::Buttons(b) => over("the body", &b.body, BUTTONS_BODY_MAX)
            .or_else(|| opt("the header", &b.header, HEADER_MAX))
            .or_else(|| opt("the footer", &b.footer, FOOTER_MAX))
            .or_else(|| b.buttons.iter().find_map(|button| over("a button", &button.title, BUTTON_TITLE_MAX))),
        Content::List(l) => over("the body", &l.body, LIST_BODY_MAX)
            .or_else(|| opt("the header", &l.header, HEADER_MAX))
            .or_else(|| opt("the footer", &l.footer, FOOTER_MAX))
            .or_else(|| over("the list's button", &l.button, LIST_BUTTON_MAX))
            .or_else(|| {
                l.sections.iter().flat_map(|s| &s.rows).find_map(|row| {
                    over("a row", &row.title, ROW_TITLE_MAX).or_else(|| opt("a row's description", &row.description, ROW_DESCRIPTION_MAX))
                })
            }),
        Content::Media(m) => opt("the caption", &m.caption, CAPTION_MAX),
        // Their adapters know the rules of each; templates were checked when they were approved.
        _ => None,
    }
}

const GSM_BASIC: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// How many segments a text is billed as: 160 / 153 septets in GSM 03.38, otherwise 70 / 67 units of UTF-16.
pub(crate) fn sms_segments(text: &str) -> usize {
    let septets = text.chars().try_fold(0usize, |sum, c| match c {
        c if GSM_BASIC.contains(c) => Some(sum + 1),
        c if GSM_EXTENDED.contains(c) => Some(sum + 2),
        _ => None,
    });
    let (units, one, more) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if units <= one { 1 } else { units.div_ceil(more) }
}

/// The letters that make an SMS one of 70 letters a segment, each once.
pub(crate) fn wide_letters(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for letter in text.chars().filter(|letter| !GSM_BASIC.contains(*letter) && !GSM_EXTENDED.contains(*letter)) {
        if !found.contains(&letter) {
            found.push(letter);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_counted_as_they_are_billed() {
        assert_eq!(sms_segments(&"a".repeat(160)), 1);
        assert_eq!(sms_segments(&"a".repeat(161)), 2);
        assert_eq!(sms_segments(&"€".repeat(80)), 1);
        assert_eq!(sms_segments(&"ж".repeat(70)), 1);
        assert_eq!(sms_segments(&"ж".repeat(71)), 2);
    }
}
