//! Mutations that know nothing of the input but its bytes.

use super::Material;
use crate::Random;
use crate::target::Form;

/// What parsers of many kinds trip over.
const TRAPS: [&str; 24] = [
    "\0",
    "\r\n",
    "\n\n",
    "\r",
    "\u{feff}",
    "\u{202e}",
    "\u{200d}",
    "e\u{301}",
    "\u{10ffff}",
    "İ",
    "ß",
    "ﷺ",
    "𝟙",
    "%00",
    "%",
    "&",
    "=",
    "-1",
    "0",
    "1e999",
    "99999999999999999999",
    "-9223372036854775808",
    "../",
    "{{",
];

/// Values at the ends of lengths and counters.
const NUMBERS: [u32; 10] = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/// Most often a piece is repeated.
const REPEATED: usize = 2_000;

pub(super) fn mutate(input: &mut Vec<u8>, with: &Material<'_>, random: &mut Random) {
    let at = random.below(input.len() + 1);
    match random.below(11) {
        0 if at < input.len() => input[at] ^= 1 << random.below(8),
        1 if at < input.len() => input[at] = random.byte(),
        2 => {
            let end = at + random.below((input.len() - at).min(64) + 1);
            input.drain(at..end);
        }
        3 => input.truncate(at),
        4 => insert(input, at, TRAPS[random.below(TRAPS.len())].as_bytes()),
        5 | 6 => {
            if let Some(word) = random.pick(with.words) {
                insert(input, at, word.as_bytes());
            }
        }
        7 => number(input, at, with.form, random),
        8 => {
            // A piece of another input, at any place.
            let from = random.below(with.other.len() + 1);
            let length = random.below((with.other.len() - from).min(400) + 1);
            insert(input, at, &with.other[from..from + length]);
        }
        9 => {
            let end = at + random.below((input.len() - at).min(24) + 1);
            let room = with.longest.saturating_sub(input.len()) / (end - at).max(1);
            let piece = input[at..end].repeat(1 + random.below(REPEATED.min(room.max(1))));
            insert(input, at, &piece);
        }
        _ => {
            // Two pieces change places.
            let middle = at + random.below(input.len() - at + 1);
            input[at..].rotate_left(middle - at);
        }
    }
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    input.splice(at..at, piece.iter().copied());
}

/// In text the digits at a place, in bytes a word of one, two or four octets.
fn number(input: &mut Vec<u8>, at: usize, form: Form, random: &mut Random) {
    let value = NUMBERS[random.below(NUMBERS.len())];
    if form == Form::Bytes {
        let octets = value.to_be_bytes();
        let width = [1, 2, 4][random.below(3)];
        for (place, octet) in input.iter_mut().skip(at).zip(&octets[4 - width..]) {
            *place = *octet;
        }
        return;
    }
    let Some(from) = input.iter().skip(at).position(u8::is_ascii_digit).map(|found| at + found) else { return };
    let digits = input[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    input.splice(from..from + digits, value.to_string().bytes());
}
