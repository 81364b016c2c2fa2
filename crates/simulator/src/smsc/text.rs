//! Texts as the centre and phones read and write them.

use super::LongTexts;

/// GSM 03.38 in the order of its codes, without the escape at 0x1B.
const BASIC: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const ESCAPED: &[(u8, char)] = &[
    (0x0a, '\u{c}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2f, '\\'),
    (0x3c, '['),
    (0x3d, '~'),
    (0x3e, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

pub(super) fn read(data_coding: u8, octets: &[u8]) -> String {
    match data_coding {
        8 => String::from_utf16_lossy(&octets.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect::<Vec<_>>()),
        3 | 4 => octets.iter().map(|octet| char::from(*octet)).collect(),
        _ => septets(octets),
    }
}

fn septets(octets: &[u8]) -> String {
    let mut out = String::new();
    let mut octets = octets.iter().map(|octet| octet & 0x7f);
    while let Some(code) = octets.next() {
        if code == 0x1b {
            let next = octets.next();
            out.extend(ESCAPED.iter().find(|(c, _)| Some(*c) == next).map(|(_, letter)| *letter));
        } else {
            out.extend(BASIC.chars().nth(usize::from(if code > 0x1b { code - 1 } else { code })));
        }
    }
    out
}

/// Reference, total and number of a part, for parameters.
type Sar = Option<(u16, u8, u8)>;

/// Octets of each part of a text, and their coding.
pub(super) fn write(text: &str, reference: u16, form: LongTexts) -> (u8, Vec<(Vec<u8>, Sar)>) {
    let narrow: Option<Vec<Vec<u8>>> = text.chars().map(code).collect();
    let (coding, letters, single, each) = match narrow {
        Some(letters) => (0, letters, 160, 153),
        None => (8, text.chars().map(wide).collect(), 140, 134),
    };
    if letters.iter().map(Vec::len).sum::<usize>() <= single {
        return (coding, vec![(letters.concat(), None)]);
    }
    let each = match form {
        LongTexts::Udh8 => each,
        LongTexts::Udh16 | LongTexts::Sar => each - 2,
        LongTexts::Payload => usize::MAX,
    };
    let mut parts: Vec<Vec<u8>> = vec![Vec::new()];
    for letter in letters {
        if parts.last().is_some_and(|part| part.len() + letter.len() > each) {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.extend(letter);
        }
    }
    let total = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    let [high, low] = reference.to_be_bytes();
    let headed = (1..).zip(parts).map(|(number, part)| match form {
        LongTexts::Udh8 => ([vec![5, 0, 3, low, total, number], part].concat(), None),
        LongTexts::Udh16 => ([vec![6, 8, 4, high, low, total, number], part].concat(), None),
        LongTexts::Sar => (part, Some((reference, total, number))),
        LongTexts::Payload => (part, None),
    });
    (coding, headed.collect())
}

fn code(letter: char) -> Option<Vec<u8>> {
    let plain = BASIC.chars().position(|c| c == letter).and_then(|at| u8::try_from(at).ok());
    match plain {
        Some(at) => Some(vec![if at >= 0x1b { at + 1 } else { at }]),
        None => ESCAPED.iter().find(|(_, c)| *c == letter).map(|(code, _)| vec![0x1b, *code]),
    }
}

fn wide(letter: char) -> Vec<u8> {
    letter.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_their_octets() {
        for text in ["Hello @ €5 {x} ~", "привет 😀", "Ünïcode"] {
            let (coding, parts) = write(text, 1, LongTexts::Udh8);
            assert_eq!((parts.len(), read(coding, &parts[0].0)), (1, text.to_owned()));
        }
    }

    #[test]
    fn long_texts_have_headers() {
        let written = |form| write(&"a".repeat(161), 0x107, form);
        let (coding, parts) = written(LongTexts::Udh8);
        assert_eq!((coding, parts.len(), &parts[1].0[..7]), (0, 2, &[5, 0, 3, 7, 2, 2, b'a'][..]));
        assert_eq!(&written(LongTexts::Udh16).1[1].0[..8], &[6, 8, 4, 1, 7, 2, 2, b'a'][..]);
        assert_eq!(written(LongTexts::Sar).1[1].1, Some((0x107, 2, 2)));
        assert_eq!(written(LongTexts::Payload).1[0].0.len(), 161);
    }
}
