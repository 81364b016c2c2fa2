//! The pieces of the packed form.

use std::cell::Cell;
use std::sync::LazyLock;

use super::{ALPHABET, ATOMS, PREFIXES, REMEMBERED, Short, VERSION, code};

/// Where the numbers of strings are looked up: open addressing, a quarter full. Every name in every record asks.
const SLOTS: usize = 2_048;
const EMPTY: u16 = u16::MAX;

static NUMBERS: LazyLock<[u16; SLOTS]> = LazyLock::new(|| {
    let mut slots = [EMPTY; SLOTS];
    for (atom, number) in ATOMS.iter().zip(0..) {
        let mut slot = slot_of(atom.as_bytes());
        while slots[slot] != EMPTY {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = number;
    }
    slots
});

/// The longest string that can have a number.
static LONGEST: LazyLock<usize> = LazyLock::new(|| ATOMS.iter().map(|atom| atom.len()).max().unwrap_or(0));

/// From the length and both ends, which tell nearly all of our words apart: a word costs two products, however long it is.
fn slot_of(text: &[u8]) -> usize {
    let (first, last) = if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
    } else {
        (text.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)), 0)
    };
    let mixed = (first ^ ((text.len() as u64) << 56)).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ last.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    // The upper bits of a product depend on all of its factors' bits.
    (mixed >> 32) as usize % SLOTS
}

fn number(text: &[u8], numbers: &[u16; SLOTS]) -> Option<u16> {
    let mut slot = slot_of(text);
    while numbers[slot] != EMPTY {
        if ATOMS[usize::from(numbers[slot])].as_bytes() == text {
            return Some(numbers[slot]);
        }
        slot = (slot + 1) % SLOTS;
    }
    None
}

/// What each letter of an id counts; 255 for those that no id has.
static DIGITS: LazyLock<[u8; 256]> = LazyLock::new(|| {
    let mut digits = [255; 256];
    for (digit, letter) in (0..).zip(ALPHABET) {
        digits[usize::from(*letter)] = digit;
    }
    digits
});

/// Words of the program text whose numbers are known by where they lie: names of members are the same few hundred places every time.
const PLACES: usize = 1_024;

/// A place, and the number of the word there. Nothing lies at 0.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    length: usize,
    number: Option<u16>,
}

/// What one record after the other uses on a thread.
struct Scratch {
    seen: Vec<Short>,
    places: Box<[Place]>,
}

impl Default for Scratch {
    fn default() -> Self {
        let nowhere = Place { start: 0, length: 0, number: None };
        Self { seen: Vec::with_capacity(REMEMBERED), places: vec![nowhere; PLACES].into_boxed_slice() }
    }
}

thread_local! {
    static SCRATCH: Cell<Option<Scratch>> = const { Cell::new(None) };
}

/// Writes pieces. What it has written so far is `out`.
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    scratch: Scratch,
    numbers: &'static [u16; SLOTS],
    longest: usize,
    digits: &'static [u8; 256],
}

impl Default for Writer {
    fn default() -> Self {
        let mut out = Vec::with_capacity(512);
        out.push(VERSION);
        // A record that is packed while another is finds none, and makes its own.
        Self { out, scratch: SCRATCH.take().unwrap_or_default(), numbers: &NUMBERS, longest: *LONGEST, digits: &DIGITS }
    }
}

/// Whether a string had something shorter in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shorter {
    No,
    Yes,
    /// And it took the colon along.
    WithColon,
}

impl Writer {
    /// What was written, at the end of a record.
    pub(super) fn finish(self) -> Vec<u8> {
        let Self { out, mut scratch, .. } = self;
        scratch.seen.clear();
        SCRATCH.set(Some(scratch));
        out
    }

    /// A string of the program text, or a name with its colon.
    pub(super) fn word(&mut self, word: &'static str, name: bool) {
        let (start, length) = (word.as_ptr().addr(), word.len());
        // Literals lie close together, and most are shorter than 32 bytes.
        let place = &mut self.scratch.places[(start ^ (start >> 10) ^ (length << 5)) % PLACES];
        if (place.start, place.length) != (start, length) {
            *place = Place { start, length, number: number(word.as_bytes(), self.numbers) };
        }
        match place.number {
            Some(number) => put_atom(number, name, &mut self.out),
            None => self.string(word, name),
        }
    }

    /// An id whose prefix has this number.
    pub(super) fn id(&mut self, prefix: u8, number: u128, name: bool) {
        put_short(Short::Id { prefix, number }, &mut self.scratch.seen, &mut self.out);
        if name {
            self.out.push(b':');
        }
    }

    /// A string, or a name with its colon.
    pub(super) fn string(&mut self, text: &str, name: bool) {
        let shorter = self.shorter(text.as_bytes(), name);
        if shorter == Shorter::No {
            if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
                self.quoted(text.as_bytes());
            } else {
                // The escapes are JSON's own.
                self.out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
            }
        }
        if name && shorter != Shorter::WithColon {
            self.out.push(b':');
        }
    }

    /// JSON as it stands.
    pub(super) fn json(&mut self, mut rest: &[u8]) {
        loop {
            // Outside of strings JSON has ASCII only.
            let quote = rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len());
            self.plain(&rest[..quote]);
            let Some(text) = rest.get(quote + 1..) else { return };
            let (text, after) = text.split_at(inside(text));
            rest = after.get(1..).unwrap_or_default();
            match self.shorter(text, rest.first() == Some(&b':')) {
                Shorter::No => self.quoted(text),
                Shorter::Yes => {}
                Shorter::WithColon => rest = &rest[1..],
            }
        }
    }

    /// Signs and numbers between strings. `null` is what is absent, and frequent.
    pub(super) fn plain(&mut self, mut plain: &[u8]) {
        while let Some(place) = plain.iter().position(|byte| *byte == b'n') {
            self.out.extend_from_slice(&plain[..place]);
            self.out.push(code::NULL);
            plain = plain.get(place + 4..).unwrap_or_default();
        }
        self.out.extend_from_slice(plain);
    }

    fn quoted(&mut self, text: &[u8]) {
        self.out.push(b'"');
        self.out.extend_from_slice(text);
        self.out.push(b'"');
    }

    fn shorter(&mut self, text: &[u8], name: bool) -> Shorter {
        if let Some(number) = (text.len() <= self.longest).then(|| number(text, self.numbers)).flatten() {
            put_atom(number, name, &mut self.out);
            return if name { Shorter::WithColon } else { Shorter::Yes };
        }
        let Some(short) = shortened(text, self.digits) else { return Shorter::No };
        put_short(short, &mut self.scratch.seen, &mut self.out);
        Shorter::Yes
    }
}

/// Bytes up to the quote that ends a string.
fn inside(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = text[at..].iter().position(|byte| matches!(byte, b'"' | b'\\')) {
        at += found;
        if text[at] == b'"' {
            return at;
        }
        // The sign after a backslash ends nothing.
        at = (at + 2).min(text.len());
    }
    text.len()
}

fn put_atom(number: u16, name: bool, out: &mut Vec<u8>) {
    let [far, low] = number.to_be_bytes();
    match (name, far) {
        (true, _) if usize::from(number) < code::NAMES => out.push(code::NAME + low),
        (true, 0) => out.extend([code::ATOM_NAME, low]),
        (true, _) => out.extend([code::FAR_ATOM_NAME, low]),
        (false, 0) => out.extend([code::ATOM, low]),
        (false, _) => out.extend([code::FAR_ATOM, low]),
    }
}

fn put_short(short: Short, seen: &mut Vec<Short>, out: &mut Vec<u8>) {
    if let Some(place) = seen.iter().position(|other| *other == short) {
        out.extend([code::AGAIN, place as u8]);
        return;
    }
    if seen.len() < REMEMBERED {
        seen.push(short);
    }
    match short {
        Short::Id { prefix, number } => {
            out.extend([code::ID, prefix]);
            out.extend(number.to_be_bytes());
        }
        Short::Moment(bytes) => {
            out.push(code::MOMENT);
            out.extend(bytes);
        }
    }
}

/// A text that has a shorter form from which it comes back letter by letter.
fn shortened(text: &[u8], digits: &[u8; 256]) -> Option<Short> {
    match text.len() {
        24 => moment(text),
        29 | 30 => id(text, digits),
        _ => None,
    }
}

fn id(text: &[u8], digits: &[u8; 256]) -> Option<Short> {
    let (prefix, letters) = text.split_at(text.len() - 26);
    let prefix = prefix.strip_suffix(b"_")?;
    // 26 letters of five bits are two bits too many.
    if letters[0] > b'7' {
        return None;
    }
    let (mut number, mut all) = (0u128, 0u8);
    for letter in letters {
        let digit = digits[usize::from(*letter)];
        number = (number << 5) | u128::from(digit & 31);
        all |= digit;
    }
    if all > 31 {
        return None;
    }
    let prefix = PREFIXES.iter().position(|known| known.as_bytes() == prefix)?;
    Some(Short::Id { prefix: prefix as u8, number })
}

/// `2026-11-22T09:30:00.123Z` as its numbers, from year to millisecond in 14, 4, 5, 5, 6, 6 and 10 bits.
fn moment(text: &[u8]) -> Option<Short> {
    const SIGNS: [(usize, u8); 7] = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (23, b'Z')];
    if SIGNS.iter().any(|(place, sign)| text[*place] != *sign) {
        return None;
    }
    let mut packed = 0u64;
    for (from, to, bits) in [(0, 4, 14), (5, 7, 4), (8, 10, 5), (11, 13, 5), (14, 16, 6), (17, 19, 6), (20, 23, 10)] {
        let mut number = 0u64;
        for digit in &text[from..to] {
            if !digit.is_ascii_digit() {
                return None;
            }
            number = number * 10 + u64::from(digit - b'0');
        }
        if number >> bits != 0 {
            return None;
        }
        packed = (packed << bits) | number;
    }
    packed.to_be_bytes().last_chunk().copied().map(Short::Moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lie_at_or_close_to_their_slots() {
        let steps = |atom: &str| {
            let slot = slot_of(atom.as_bytes());
            (0..SLOTS).find(|step| NUMBERS.get((slot + step) % SLOTS).is_some_and(|n| *n != EMPTY && ATOMS[usize::from(*n)] == atom))
        };
        let steps: Vec<usize> = ATOMS.iter().map(|atom| steps(atom).unwrap_or(SLOTS)).collect();
        assert!(steps.iter().all(|steps| *steps < 6), "{:?}", steps.iter().zip(ATOMS).max());
        assert!(steps.iter().sum::<usize>() < ATOMS.len() / 2);
    }

    #[test]
    fn a_string_has_a_number_only_if_it_is_that_word() {
        for (atom, wanted) in ATOMS.iter().zip(0..) {
            assert_eq!(number(atom.as_bytes(), &NUMBERS), Some(wanted));
            let longer = format!("{atom}x");
            assert!(ATOMS.contains(&longer.as_str()) || number(longer.as_bytes(), &NUMBERS).is_none());
        }
        assert_eq!(number(b"", &NUMBERS), ATOMS.iter().zip(0..).find_map(|(atom, n)| atom.is_empty().then_some(n)));
    }
}
