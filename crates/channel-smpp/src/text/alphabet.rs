//! The GSM 7-bit default alphabet (3GPP TS 23.038) as SMPP carries it: one septet in each octet.

use super::national::{self, Says};

/// In the order of their codes; place 0x1B is the escape.
const BASIC: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', 'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ',
    'Ξ', '\u{1b}', 'Æ', 'æ', 'ß', 'É', ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', '0', '1', '2', '3',
    '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N',
    'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i',
    'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// Characters behind the escape.
const EXTENSION: [(u8, char); 10] =
    [(0x0a, '\u{c}'), (0x14, '^'), (0x28, '{'), (0x29, '}'), (0x2f, '\\'), (0x3c, '['), (0x3d, '~'), (0x3e, ']'), (0x40, '|'), (0x65, '€')];

pub(super) const ESCAPE: u8 = 0x1b;

/// One or two septets; `None` when the alphabet does not have the character.
pub(super) fn septets(character: char) -> Option<Vec<u8>> {
    if character == '\u{1b}' {
        return None;
    }
    if let Some(code) = BASIC.iter().position(|c| *c == character) {
        return u8::try_from(code).ok().map(|code| vec![code]);
    }
    EXTENSION.iter().find(|(_, c)| *c == character).map(|(code, _)| vec![ESCAPE, *code])
}

/// What is not in the table behind an escape is shown as its basic character, as phones do. The languages are those of the tables that
/// stand for the extension and for the alphabet itself; zero for neither.
pub(super) fn read(octets: &[u8], escaped_by: u8, locked_by: u8) -> String {
    let mut out = String::with_capacity(octets.len());
    let mut escaped = false;
    for octet in octets {
        let code = octet & 0x7f;
        if code == ESCAPE && !escaped {
            escaped = true;
            continue;
        }
        let extended = || EXTENSION.iter().find(|(c, _)| *c == code).map(|(_, character)| *character);
        out.push(match if escaped { national::escaped(escaped_by, code) } else { national::locked(locked_by, code) } {
            Says::Letter(letter) => letter,
            Says::Unknown => char::REPLACEMENT_CHARACTER,
            Says::Nothing if code == ESCAPE => ' ',
            Says::Nothing => extended().filter(|_| escaped).unwrap_or(BASIC[usize::from(code)]),
        });
        escaped = false;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back_from_its_septets() {
        let all = BASIC.iter().copied().filter(|c| *c != '\u{1b}').chain(EXTENSION.iter().map(|(_, c)| *c));
        for character in all {
            assert_eq!(read(&septets(character).unwrap(), 0, 0), character.to_string());
        }
        assert_eq!(septets('\u{1b}'), None);
        assert_eq!(septets('ж'), None);
    }

    #[test]
    fn the_tell_tales_of_a_wrong_default_alphabet_have_their_codes() {
        assert_eq!((septets('@'), septets('_'), septets('€')), (Some(vec![0]), Some(vec![0x11]), Some(vec![0x1b, 0x65])));
    }
}
