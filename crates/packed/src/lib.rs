//! JSON in few bytes, text for text: what is unpacked is exactly what was packed.
//!
//! A store's cost is bytes and pages, so rows that are written at every step are kept packed. Names and values that our records repeat
//! ([`ATOMS`]) take a byte or two, ids 17 to 18 bytes in place of 32, moments 8 in place of 26, and an id or a moment that came before in the same
//! row 2. Everything else stays as it is, so any JSON goes through, also from a later version of the records.
//!
//! A packed text is a list of pieces. A byte below 0x80 stands for itself; a quote begins a string that ends as in JSON, whatever is in it;
//! the bytes above are codes ([`code`]) for a whole string with its quotes. The first byte of all is the version of the form.
//!
//! **Knows** serde, and which words the records of this product repeat. **Must never know** a record's type, or a store.
//!
//! To add words: at the end of [`ATOMS`], or of the prefixes; stored rows hold their numbers, so nothing is ever moved or removed.

mod atoms;
mod read;
mod record;
mod write;

#[cfg(test)]
mod tests;

pub use read::unpack;
pub use record::{PackError, pack};

use atoms::ATOMS;

/// The only version so far. A value with another one was made by a newer program.
const VERSION: u8 = 1;

/// The codes. Each stands for a string; where a name and its colon are meant it is said.
mod code {
    /// The first of the names that have a byte of their own, with the colon.
    pub(super) const NAME: u8 = 0x80;
    /// How many names have one.
    pub(super) const NAMES: usize = 0x70;
    /// A string of the list: one byte with its number.
    pub(super) const ATOM: u8 = 0xF0;
    /// One byte with its number less 256.
    pub(super) const FAR_ATOM: u8 = 0xF1;
    /// The same two as names with the colon.
    pub(super) const ATOM_NAME: u8 = 0xF2;
    pub(super) const FAR_ATOM_NAME: u8 = 0xF3;
    /// One byte for the prefix, sixteen for the number.
    pub(super) const ID: u8 = 0xF4;
    /// Seven bytes.
    pub(super) const MOMENT: u8 = 0xF5;
    /// An id or a moment of this row, by the order in which they first came: one byte.
    pub(super) const AGAIN: u8 = 0xF6;
    /// `null`.
    pub(super) const NULL: u8 = 0xF7;
}

/// Ids and moments that are remembered in a row.
const REMEMBERED: usize = 48;

/// Prefixes of ids. Only added to, at the end: stored rows hold their numbers.
const PREFIXES: [&str; 19] =
    ["ws", "ctc", "sig", "msg", "dec", "csn", "tml", "run", "bct", "cnv", "cas", "med", "tpl", "snd", "usr", "key", "ses", "dlv", "req"];

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What takes the place of a longer text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Short {
    Id { prefix: u8, number: u128 },
    Moment([u8; 7]),
}
