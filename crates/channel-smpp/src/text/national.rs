//! National language tables (3GPP TS 23.038, annex A) of the languages that have Latin letters, as differences from the default alphabet.

/// What a table says of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Says {
    Letter(char),
    /// As in the default alphabet.
    Nothing,
    /// A table that is not here: nobody can say which letter it is.
    Unknown,
}

const TURKISH: u8 = 1;
const SPANISH: u8 = 2;
const PORTUGUESE: u8 = 3;

type Table = &'static [(u8, char)];

const TURKISH_LOCKED: Table = &[(0x04, '€'), (0x07, 'ı'), (0x0b, 'Ğ'), (0x0c, 'ğ'), (0x1c, 'Ş'), (0x1d, 'ş'), (0x40, 'İ'), (0x60, 'ç')];

const TURKISH_ESCAPED: Table = &[(0x47, 'Ğ'), (0x49, 'İ'), (0x53, 'Ş'), (0x63, 'ç'), (0x67, 'ğ'), (0x69, 'ı'), (0x73, 'ş')];

const SPANISH_ESCAPED: Table =
    &[(0x09, 'ç'), (0x41, 'Á'), (0x49, 'Í'), (0x4f, 'Ó'), (0x55, 'Ú'), (0x61, 'á'), (0x69, 'í'), (0x6f, 'ó'), (0x75, 'ú')];

#[rustfmt::skip]
const PORTUGUESE_LOCKED: Table = &[
    (0x04, 'ê'), (0x06, 'ú'), (0x07, 'í'), (0x08, 'ó'), (0x09, 'ç'), (0x0b, 'Ô'), (0x0c, 'ô'), (0x0e, 'Á'), (0x0f, 'á'), (0x12, 'ª'),
    (0x13, 'Ç'), (0x14, 'À'), (0x15, '∞'), (0x16, '^'), (0x17, '\\'), (0x18, '€'), (0x19, 'Ó'), (0x1a, '|'), (0x1c, 'Â'), (0x1d, 'â'),
    (0x1e, 'Ê'), (0x24, 'º'), (0x40, 'Í'), (0x5b, 'Ã'), (0x5c, 'Õ'), (0x5d, 'Ú'), (0x60, '~'), (0x7b, 'ã'), (0x7c, 'õ'), (0x7d, '`'),
];

#[rustfmt::skip]
const PORTUGUESE_ESCAPED: Table = &[
    (0x05, 'ê'), (0x09, 'ç'), (0x0b, 'Ô'), (0x0c, 'ô'), (0x0e, 'Á'), (0x0f, 'á'), (0x12, 'Φ'), (0x13, 'Γ'), (0x15, 'Ω'), (0x16, 'Π'),
    (0x17, 'Ψ'), (0x18, 'Σ'), (0x19, 'Θ'), (0x1f, 'Ê'), (0x41, 'À'), (0x49, 'Í'), (0x4f, 'Ó'), (0x55, 'Ú'), (0x5b, 'Ã'), (0x5c, 'Õ'),
    (0x61, 'Â'), (0x69, 'í'), (0x6f, 'ó'), (0x75, 'ú'), (0x7b, 'ã'), (0x7c, 'õ'), (0x7f, 'â'),
];

/// A code by itself, under the table that replaces the alphabet.
pub(super) fn locked(language: u8, code: u8) -> Says {
    let table = match language {
        // There is no Spanish one.
        0 | SPANISH => return Says::Nothing,
        TURKISH => TURKISH_LOCKED,
        PORTUGUESE => PORTUGUESE_LOCKED,
        // Every other table has line ends, digits and small Latin letters where the alphabet has them.
        _ => return if matches!(code, 0x0a | 0x0d | 0x20 | 0x30..=0x39 | 0x61..=0x7a) { Says::Nothing } else { Says::Unknown },
    };
    look(table, code)
}

/// A code behind an escape, under the table that replaces the extension.
pub(super) fn escaped(language: u8, code: u8) -> Says {
    match language {
        0 => Says::Nothing,
        TURKISH => look(TURKISH_ESCAPED, code),
        SPANISH => look(SPANISH_ESCAPED, code),
        PORTUGUESE => look(PORTUGUESE_ESCAPED, code),
        // The other tables have the extension's own characters where it has them, and capital letters where the alphabet has them.
        _ if matches!(code, 0x0a | 0x14 | 0x28 | 0x29 | 0x2f | 0x3c..=0x3e | 0x40..=0x5a | 0x65) => Says::Nothing,
        _ => Says::Unknown,
    }
}

fn look(table: Table, code: u8) -> Says {
    table.iter().find(|(known, _)| *known == code).map_or(Says::Nothing, |(_, letter)| Says::Letter(*letter))
}

#[cfg(test)]
mod tests {
    use crate::text::{Written, read};
    use channel::DefaultAlphabet;

    fn said(escaped: u8, locked: u8, octets: &[u8]) -> String {
        read(Written { data_coding: 0, escaped, locked }, octets, DefaultAlphabet::Gsm7)
    }

    #[test]
    fn turkish_spanish_and_portuguese_are_read_as_phones_write_them() {
        assert_eq!(said(1, 0, b"\x1bIstanbul\x1bda ya\x1bs\x1biyor"), "İstanbulda yaşıyor");
        assert_eq!(said(1, 1, b"\x40stanbul \x60a\x0c \x1d\x07k 5\x04"), "İstanbul çağ şık 5€");
        assert_eq!(said(2, 0, b"ma\x7dana est\x1ba aqu\x1bi, s\x1bo\x1be"), "mañana está aquí, só€");
        assert_eq!(said(3, 3, b"S\x7bo Jo\x7bo, a\x09\x7bo \x15 \x1b\x12"), "São João, ação ∞ Φ");
    }

    #[test]
    fn the_extension_stays_where_a_national_table_says_nothing() {
        for language in [1, 2, 3] {
            assert_eq!(said(language, 0, b"\x1b\x28x\x1b\x29 \x1b\x65"), "{x} €", "{language}");
        }
    }

    #[test]
    fn a_language_that_is_not_known_shows_what_is_certain_and_marks_the_rest() {
        assert_eq!(said(6, 6, b"\x01\x02 ok 12"), "\u{fffd}\u{fffd} ok 12");
        assert_eq!(said(6, 0, b"ok\x1b\x20\x1bA"), "ok\u{fffd}A");
    }
}
