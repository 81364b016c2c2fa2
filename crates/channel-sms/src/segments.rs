//! What a text costs: alphabet, units and segments (3GPP TS 23.038 and 23.040).
//!
//! A text that the GSM 7-bit alphabet holds goes 160 septets in one segment or 153 in each of several; any other goes as UCS-2, 70 units or
//! 67. Characters of the extension table take two septets, characters beyond the basic plane two units, and neither is ever cut in half.

/// How a text is written on the air.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alphabet {
    Gsm7,
    Ucs2,
}

/// What a text costs.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Segments {
    pub alphabet: Alphabet,
    /// Septets or UTF-16 units.
    pub units: usize,
    /// Parts that are sent and billed; 0 for an empty text.
    pub segments: usize,
    /// Units that the last part still has room for.
    pub room: usize,
    /// The first character that forces UCS-2, with its byte position: often a curly quote that nobody meant.
    pub culprit: Option<(usize, char)>,
}

const BASIC: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Septets of a character, `None` when the alphabet does not have it.
fn septets(character: char) -> Option<usize> {
    // Nearly all characters of real texts are plain letters; they need no search.
    if character.is_ascii_alphanumeric() || character == ' ' || BASIC.contains(character) {
        Some(1)
    } else if EXTENSION.contains(character) {
        Some(2)
    } else {
        None
    }
}

/// Counts a text.
#[must_use]
pub fn measure(text: &str) -> Segments {
    let culprit = text.char_indices().find(|(_, character)| septets(*character).is_none());
    match culprit {
        None => count(Alphabet::Gsm7, text.chars().map(|character| septets(character).unwrap_or(1)), 160, 153, None),
        Some(_) => count(Alphabet::Ucs2, text.chars().map(char::len_utf16), 70, 67, culprit),
    }
}

fn count(
    alphabet: Alphabet,
    sizes: impl Iterator<Item = usize> + Clone,
    single: usize,
    part: usize,
    culprit: Option<(usize, char)>,
) -> Segments {
    let units: usize = sizes.clone().sum();
    if units <= single {
        return Segments { alphabet, units, segments: usize::from(units > 0), room: single - units, culprit };
    }
    let (mut segments, mut used) = (1, 0);
    for size in sizes {
        if used + size > part {
            segments += 1;
            used = 0;
        }
        used += size;
    }
    Segments { alphabet, units, segments, room: part - used, culprit }
}

/// Replaces the characters that word processors put in and that force UCS-2: curly quotes, dashes, dots, odd spaces.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '‘' | '’' | '‚' | '‛' | '′' => out.push('\''),
            '“' | '”' | '„' | '‟' | '″' => out.push('"'),
            '–' | '—' | '‐' | '‑' | '−' => out.push('-'),
            '…' => out.push_str("..."),
            '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{200a}' | '\u{202f}' => out.push(' '),
            '\u{200b}' | '\u{feff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_alphabet_has_its_127_characters_and_10_extensions() {
        // 128 places of which one is the escape.
        assert_eq!((BASIC.chars().count(), EXTENSION.chars().count()), (127, 10));
    }

    #[test]
    fn one_curly_quote_halves_the_room_and_is_named() {
        let text = format!("It{}s {}", '’', "x".repeat(100));
        let measured = measure(&text);
        assert_eq!((measured.alphabet, measured.segments, measured.culprit), (Alphabet::Ucs2, 2, Some((2, '’'))));
        assert_eq!(measure(&plain(&text)).segments, 1);
    }

    /// Cuts a text the slow way: greedily, whole characters only.
    fn slow(text: &str) -> usize {
        let gsm = text.chars().all(|c| BASIC.contains(c) || EXTENSION.contains(c));
        let size = |c: char| {
            if !gsm {
                c.len_utf16()
            } else if EXTENSION.contains(c) {
                2
            } else {
                1
            }
        };
        let (single, part) = if gsm { (160, 153) } else { (70, 67) };
        let sizes: Vec<usize> = text.chars().map(size).collect();
        if sizes.iter().sum::<usize>() <= single {
            return usize::from(!sizes.is_empty());
        }
        let mut parts = vec![0];
        for size in sizes {
            match parts.last_mut() {
                Some(last) if *last + size <= part => *last += size,
                _ => parts.push(size),
            }
        }
        parts.len()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn counting_agrees_with_cutting(text in "[a-z€^{}é ]{0,400}", odd in "[’😀я]{0,3}") {
            for text in [text.clone(), format!("{text}{odd}"), format!("{odd}{text}")] {
                prop_assert_eq!(measure(&text).segments, slow(&text));
            }
        }

        #[test]
        fn any_text_is_counted(text in "\\PC{0,300}") {
            let measured = measure(&text);
            prop_assert_eq!(measured.segments == 0, text.is_empty());
            prop_assert_eq!(measured.culprit.is_some(), measured.alphabet == Alphabet::Ucs2);
        }
    }
}
