//! How many SMS parts a text takes (reference A.1, segmentation).

/// GSM 03.38, basic set.
const BASIC: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Characters behind the escape: two septets each.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Characters that `SmartEncoded` replaces.
const SMART: &[(char, &str)] =
    &[('’', "'"), ('‘', "'"), ('“', "\""), ('”', "\""), ('–', "-"), ('—', "-"), ('…', "..."), ('\u{a0}', " "), ('•', "*")];

/// Parts of a text: 160 septets or 153 each, else 70 UTF-16 units or 67 each. A pair is never split.
#[must_use]
pub fn count(text: &str) -> u32 {
    let plain: Option<Vec<usize>> = text.chars().map(septets).collect();
    match plain {
        Some(widths) => parts(&widths, 160, 153),
        None => parts(&text.chars().map(char::len_utf16).collect::<Vec<_>>(), 70, 67),
    }
}

/// Whether every character is in the GSM alphabet, the second table included.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.chars().all(|ch| septets(ch).is_some())
}

/// The text with typographic characters replaced by plain ones.
#[must_use]
pub fn smart(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match SMART.iter().find(|(c, _)| *c == ch) {
            Some((_, plain)) => out.push_str(plain),
            None => out.push(ch),
        }
    }
    out
}

fn septets(ch: char) -> Option<usize> {
    if BASIC.contains(ch) {
        Some(1)
    } else if EXTENDED.contains(ch) {
        Some(2)
    } else {
        None
    }
}

fn parts(widths: &[usize], single: usize, each: usize) -> u32 {
    if widths.iter().sum::<usize>() <= single {
        return 1;
    }
    let (mut parts, mut used) = (1, 0);
    for width in widths {
        if used + width > each {
            parts += 1;
            used = 0;
        }
        used += width;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_the_alphabet() {
        assert_eq!(count(""), 1);
        assert_eq!(count(&"a".repeat(160)), 1);
        assert_eq!(count(&"a".repeat(161)), 2);
        assert_eq!(count(&"€".repeat(80)), 1);
        assert_eq!(count(&"€".repeat(81)), 2);
        assert_eq!(count(&"я".repeat(70)), 1);
        assert_eq!(count(&"я".repeat(71)), 2);
        assert_eq!(count(&"a’".repeat(40)), 2);
        assert_eq!(count(&smart(&"a’".repeat(40))), 1);
    }

    #[test]
    fn a_pair_of_units_is_not_split() {
        // 67 units a part: 33 emoji of two units fit, the 34th starts the next part.
        assert_eq!(count(&"👍".repeat(35)), 1);
        assert_eq!(count(&"👍".repeat(66)), 2);
        assert_eq!(count(&"👍".repeat(67)), 3);
    }
}
