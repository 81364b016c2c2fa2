//! How many parts a text message takes: GSM 03.38 septets, or UCS-2 units when one letter is outside of that alphabet. And what to write
//! instead of such letters, where it makes no difference to people.

/// The alphabet that a text needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alphabet {
    Gsm7,
    Ucs2,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segments {
    pub alphabet: Alphabet,
    /// Septets or UTF-16 units.
    pub units: u32,
    /// Parts that are billed. At least 1.
    pub parts: u32,
    /// Units that still fit into the last part.
    pub room: u32,
}

const BASIC: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Each takes two septets: an escape and itself.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Counts as the network does: an escape and its letter stay in one part, and so do the two halves of a surrogate pair.
#[must_use]
pub fn segments(text: &str) -> Segments {
    let septets: Option<Vec<u32>> =
        text.chars().map(|c| if BASIC.contains(c) { Some(1) } else { EXTENSION.contains(c).then_some(2) }).collect();
    match septets {
        Some(sizes) => count(Alphabet::Gsm7, &sizes, 160, 153),
        None => count(Alphabet::Ucs2, &text.chars().map(|c| c.len_utf16() as u32).collect::<Vec<_>>(), 70, 67),
    }
}

fn count(alphabet: Alphabet, sizes: &[u32], single: u32, part: u32) -> Segments {
    let units: u32 = sizes.iter().sum();
    if units <= single {
        return Segments { alphabet, units, parts: 1, room: single - units };
    }
    let (mut parts, mut used) = (1, 0);
    for size in sizes {
        if used + size > part {
            parts += 1;
            used = 0;
        }
        used += size;
    }
    Segments { alphabet, units, parts, room: part - used }
}

/// The letters that make a text wide, each once, in the order of the text.
#[must_use]
pub fn wide_letters(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for letter in text.chars().filter(|letter| !BASIC.contains(*letter) && !EXTENSION.contains(*letter)) {
        if !found.contains(&letter) {
            found.push(letter);
        }
    }
    found
}

/// The same text with what word processors put in written plainly: curly quotes, dashes, dots, odd blanks. Letters of a language stay.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' => out.push('\''),
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' => out.push('"'),
            '–' | '—' | '‐' | '‑' | '−' => out.push('-'),
            '…' => out.push_str("..."),
            '•' => out.push('*'),
            '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{200a}' | '\u{202f}' | '\t' => out.push(' '),
            '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> (Alphabet, u32) {
        let s = segments(text);
        (s.alphabet, s.parts)
    }

    #[test]
    fn parts_change_exactly_at_the_limits() {
        for (len, expected) in [(0, 1), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3)] {
            assert_eq!(parts(&"a".repeat(len)), (Alphabet::Gsm7, expected), "{len}");
        }
        for (len, expected) in [(70, 1), (71, 2), (134, 2), (135, 3)] {
            assert_eq!(parts(&"ж".repeat(len)), (Alphabet::Ucs2, expected), "{len}");
        }
    }

    #[test]
    fn the_room_is_what_fits_into_the_last_part() {
        assert_eq!([segments("").room, segments("ab").room, segments("я").room], [160, 158, 69]);
        assert_eq!([segments(&"a".repeat(161)).room, segments(&"a".repeat(306)).room], [306 - 161, 0]);
    }

    #[test]
    fn letters_that_cost_are_named_and_plain_writing_avoids_them() {
        let text = "“Hi” – it’s 5 €…\u{a0}😀😀";
        assert_eq!(wide_letters(text), ['“', '”', '–', '’', '…', '\u{a0}', '😀']);
        assert_eq!(plain(text), "\"Hi\" - it's 5 €... 😀😀");
        assert_eq!(segments(&plain("It’s – fine…")).alphabet, Alphabet::Gsm7);
        assert_eq!(plain("Żółć, große Größe"), "Żółć, große Größe");
    }

    #[test]
    fn one_curly_quote_makes_the_whole_text_wide() {
        assert_eq!(parts(&"a".repeat(100)), (Alphabet::Gsm7, 1));
        assert_eq!(parts(&format!("{}’", "a".repeat(99))), (Alphabet::Ucs2, 2));
    }

    #[test]
    fn pairs_are_never_split() {
        assert_eq!(segments("€").units, 2);
        // 152 letters and an escaped one do not fit into the first 153 septets together.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(151));
        assert_eq!((segments(&text).units, segments(&text).parts), (305, 2));
        assert_eq!(segments(&format!("{text}a")).parts, 3);
        let emoji = "😀".repeat(35);
        assert_eq!((segments(&emoji).units, segments(&emoji).parts), (70, 1));
        // 33 pairs fill 66 of 67 units; the next pair begins a new part.
        assert_eq!(segments(&"😀".repeat(67)).parts, 3);
    }

    /// Cuts a text the slow way: greedily, whole letters only.
    fn cut(text: &str) -> usize {
        let narrow = wide_letters(text).is_empty();
        let size = |letter: char| if narrow { 1 + usize::from(EXTENSION.contains(letter)) } else { letter.len_utf16() };
        let (single, part) = if narrow { (160, 153) } else { (70, 67) };
        if text.chars().map(size).sum::<usize>() <= single {
            return 1;
        }
        let mut parts = vec![0];
        for letter in text.chars() {
            match parts.last_mut() {
                Some(last) if *last + size(letter) <= part => *last += size(letter),
                _ => parts.push(size(letter)),
            }
        }
        parts.len()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn counting_agrees_with_cutting(text in "[a-z€^{}é ]{0,400}", odd in "[’😀я]{0,3}") {
            for text in [text.clone(), format!("{text}{odd}"), format!("{odd}{text}")] {
                prop_assert_eq!(segments(&text).parts as usize, cut(&text));
            }
        }

        #[test]
        fn any_text_is_counted_and_plain_writing_never_costs_more_letters_that_are_wide(text in "\\PC{0,300}") {
            let counted = segments(&text);
            prop_assert_eq!(wide_letters(&text).is_empty(), counted.alphabet == Alphabet::Gsm7);
            prop_assert!(wide_letters(&plain(&text)).len() <= wide_letters(&text).len());
            prop_assert_eq!(plain(&plain(&text)), plain(&text));
        }
    }
}
