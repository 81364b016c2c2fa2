//! The compact form: what the engine keeps for itself, in few bytes and quick to read.
//!
//! JSON is for people and other programs. A contact's state is read and written at every step and is nobody's business but ours, so it is kept
//! in this form: numbered fields, each with the shape of its value, ended by a zero byte. What is absent or empty takes no room.
//!
//! It can grow. A field that is added gets the next free number; older values do not have it and read as empty, or as the default that the
//! declaration names. A field that is dropped is skipped wherever it still stands, because its shape says how long it is; **its number is never
//! used again**. The same holds for the variants of enums, except that a value with an unknown variant cannot be read.
//!
//! A type declares its form beside its fields, with [`compact_struct!`](crate::compact_struct), [`compact_enum!`](crate::compact_enum) or
//! [`compact_code!`](crate::compact_code).

mod base;
mod collections;
mod declare;
mod input;
mod output;

pub use input::{CompactError, Input};
pub use output::{put_bytes, put_field, put_key, put_one, put_varint};

/// The shape of a value: enough to step over one that is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Wire {
    /// Nothing follows: being there says it all.
    Flag = 0,
    /// Seven bits a byte, the lowest first.
    Varint = 1,
    Fixed8 = 2,
    Fixed16 = 3,
    /// A length and so many bytes.
    Bytes = 4,
    /// Fields up to a zero byte.
    Struct = 5,
    /// A count, the shape of the items, the items.
    List = 6,
    /// A count, the shapes of keys and values, then both in turn.
    Map = 7,
}

impl Wire {
    const ALL: [Self; 8] = [Self::Flag, Self::Varint, Self::Fixed8, Self::Fixed16, Self::Bytes, Self::Struct, Self::List, Self::Map];

    /// By the lowest three bits.
    #[must_use]
    pub const fn of(bits: u8) -> Self {
        Self::ALL[(bits & 7) as usize]
    }
}

/// What has a compact form. `put` writes the value alone; its place, number and shape are the business of whatever holds it.
pub trait Compact: Sized {
    const WIRE: Wire;

    fn put(&self, out: &mut Vec<u8>);

    fn take(from: &mut Input<'_>) -> Result<Self, CompactError>;

    /// Whether a field with this value is left out.
    fn is_absent(&self) -> bool {
        false
    }

    /// What a field is when it was left out. `None`: it is never left out.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

/// A whole value, and nothing after it.
pub fn from_bytes<T: Compact>(bytes: &[u8]) -> Result<T, CompactError> {
    let mut input = Input::new(bytes);
    let value = T::take(&mut input)?;
    if input.is_empty() { Ok(value) } else { Err(CompactError::Trailing) }
}

#[cfg(test)]
mod tests;
