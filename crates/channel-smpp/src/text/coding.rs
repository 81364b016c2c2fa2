//! From text to octets and back, by `data_coding`.

use channel::DefaultAlphabet;

use super::alphabet;

/// What `data_coding` says.
pub(crate) const DEFAULT: u8 = 0;
pub(crate) const UCS2: u8 = 8;

/// One character: its octets and what it takes of a message's room, in septets or UCS-2 units.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unit {
    pub octets: Vec<u8>,
    pub weight: usize,
}

/// A text in the alphabet that it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Coded {
    pub data_coding: u8,
    pub units: Vec<Unit>,
}

/// Chooses the narrowest alphabet. A centre that takes the default alphabet for Latin-1 or ASCII writes septets on the air itself, so that
/// a character's weight is that of its septets.
pub(crate) fn code(text: &str, default: DefaultAlphabet) -> Coded {
    let narrow: Option<Vec<Unit>> = text.chars().map(|character| narrow(character, default)).collect();
    match narrow {
        Some(units) => Coded { data_coding: DEFAULT, units },
        None => Coded { data_coding: UCS2, units: text.chars().map(wide).collect() },
    }
}

fn narrow(character: char, default: DefaultAlphabet) -> Option<Unit> {
    let septets = alphabet::septets(character)?;
    let weight = septets.len();
    let octets = match default {
        DefaultAlphabet::Gsm7 => septets,
        DefaultAlphabet::Latin1 => vec![u8::try_from(u32::from(character)).ok()?],
        DefaultAlphabet::Ascii => character.is_ascii().then(|| vec![character as u8])?,
    };
    Some(Unit { octets, weight })
}

fn wide(character: char) -> Unit {
    let mut buffer = [0; 2];
    let units = character.encode_utf16(&mut buffer);
    Unit { weight: units.len(), octets: units.iter().flat_map(|unit| unit.to_be_bytes()).collect() }
}

/// How octets are to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Written {
    pub data_coding: u8,
    /// Language of the table behind the escape, zero for none.
    pub escaped: u8,
    /// Language of the table that stands for the alphabet, zero for none.
    pub locked: u8,
}

impl Written {
    /// Without national tables.
    pub fn by(data_coding: u8) -> Self {
        Self { data_coding, ..Self::default() }
    }
}

/// Reads what a person wrote. What cannot be read is shown as it can be: a text with a strange letter is better than none.
pub(crate) fn read(written: Written, octets: &[u8], default: DefaultAlphabet) -> String {
    let data_coding = written.data_coding;
    let septets = || alphabet::read(octets, written.escaped, written.locked);
    match data_coding {
        8 => ucs2(octets),
        1 => octets.iter().map(|octet| char::from(octet & 0x7f)).collect(),
        2..=4 => latin1(octets),
        // Message class: bit 2 tells octets from septets.
        0xf0..=0xff if data_coding & 0x04 != 0 => latin1(octets),
        0 => match default {
            // A table is named where the octets are septets, whatever the centre takes its default for.
            _ if written != Written::default() => septets(),
            DefaultAlphabet::Gsm7 => septets(),
            DefaultAlphabet::Latin1 | DefaultAlphabet::Ascii => latin1(octets),
        },
        // The general group: bits 3 and 2 name the alphabet.
        0x10..=0x3f if data_coding & 0x0c == 0x08 => ucs2(octets),
        _ => septets(),
    }
}

fn latin1(octets: &[u8]) -> String {
    octets.iter().map(|octet| char::from(*octet)).collect()
}

fn ucs2(octets: &[u8]) -> String {
    let units = octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn octets(coded: &Coded) -> Vec<u8> {
        coded.units.iter().flat_map(|unit| unit.octets.clone()).collect()
    }

    #[test]
    fn one_letter_outside_makes_the_whole_text_wide() {
        assert_eq!(code("price 5€", DefaultAlphabet::Gsm7).data_coding, DEFAULT);
        assert_eq!(code("it’s", DefaultAlphabet::Gsm7).data_coding, UCS2);
        // Greek capitals are in the GSM alphabet and not in Latin-1.
        assert_eq!(code("Ω", DefaultAlphabet::Latin1).data_coding, UCS2);
    }

    #[test]
    fn octets_of_known_texts() {
        assert_eq!(octets(&code("@_é", DefaultAlphabet::Gsm7)), [0x00, 0x11, 0x05]);
        assert_eq!(octets(&code("@_é", DefaultAlphabet::Latin1)), [0x40, 0x5f, 0xe9]);
        assert_eq!(octets(&code("я", DefaultAlphabet::Gsm7)), [0x04, 0x4f]);
        assert_eq!(octets(&code("😀", DefaultAlphabet::Gsm7)), [0xd8, 0x3d, 0xde, 0x00]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_text_comes_back_from_its_octets(text in "[ -~éàΩ€жя😀\n]{0,80}") {
            for default in [DefaultAlphabet::Gsm7, DefaultAlphabet::Latin1, DefaultAlphabet::Ascii] {
                let coded = code(&text, default);
                prop_assert_eq!(read(Written::by(coded.data_coding), &octets(&coded), default), text.clone());
            }
        }

        #[test]
        fn any_octets_can_be_read(data_coding in any::<u8>(), escaped in 0..16_u8, locked in 0..16_u8, octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            let text = read(Written { data_coding, escaped, locked }, &octets, DefaultAlphabet::Gsm7);
            prop_assert!(text.chars().count() <= octets.len());
        }
    }
}
