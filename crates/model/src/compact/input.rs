//! Reading, with every length checked: bytes from a damaged file are an error and never a panic.

use super::{Compact, Wire};

/// How deep values may lie in one another. Attributes come from JSON, whose reader allows 128.
const DEPTH_MAX: u32 = 256;

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CompactError {
    #[error("it ends too early")]
    End,
    #[error("something follows its end")]
    Trailing,
    #[error("a number is longer than it may be")]
    Number,
    #[error("text is not UTF-8")]
    Utf8,
    #[error("values lie too deep in one another")]
    Depth,
    #[error("a value has shape {found:?} where {wanted:?} belongs")]
    Shape { wanted: Wire, found: Wire },
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error("`{of}` has no variant {number}; a newer version may have written it")]
    Variant { of: &'static str, number: u64 },
    #[error("a value makes no sense: {0}")]
    Value(&'static str),
}

/// What is still to be read.
#[derive(Debug)]
pub struct Input<'a> {
    rest: &'a [u8],
    depth: u32,
}

impl<'a> Input<'a> {
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, depth: 0 }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    #[inline]
    pub fn byte(&mut self) -> Result<u8, CompactError> {
        let (byte, rest) = self.rest.split_first().ok_or(CompactError::End)?;
        self.rest = rest;
        Ok(*byte)
    }

    #[inline]
    pub fn varint(&mut self) -> Result<u64, CompactError> {
        let first = self.byte()?;
        if first < 0x80 { Ok(u64::from(first)) } else { self.long_varint(first) }
    }

    fn long_varint(&mut self, first: u8) -> Result<u64, CompactError> {
        let mut value = u64::from(first & 0x7F);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            // The tenth byte has room for one bit.
            if shift == 63 && byte > 1 {
                return Err(CompactError::Number);
            }
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(CompactError::Number)
    }

    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], CompactError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(CompactError::End)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], CompactError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(CompactError::End)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// A length and so many bytes.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], CompactError> {
        let length = self.count()?;
        self.take(length)
    }

    #[inline]
    pub fn text(&mut self) -> Result<&'a str, CompactError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| CompactError::Utf8)
    }

    pub fn count(&mut self) -> Result<usize, CompactError> {
        usize::try_from(self.varint()?).map_err(|_| CompactError::Number)
    }

    pub fn wire(&mut self) -> Result<Wire, CompactError> {
        Ok(Wire::of(self.byte()?))
    }

    /// The next field's number and shape; `None` at the end of the structure.
    #[inline]
    pub fn key(&mut self) -> Result<Option<(u64, Wire)>, CompactError> {
        let key = self.varint()?;
        Ok((key != 0).then(|| (key >> 3, Wire::of((key & 7) as u8))))
    }

    /// A value that must have the shape that its type has.
    #[inline]
    pub fn value<T: Compact>(&mut self, found: Wire) -> Result<T, CompactError> {
        if found != T::WIRE {
            return Err(CompactError::Shape { wanted: T::WIRE, found });
        }
        T::take(self)
    }

    pub fn expect(&self, found: Wire, wanted: Wire) -> Result<(), CompactError> {
        if found == wanted { Ok(()) } else { Err(CompactError::Shape { wanted, found }) }
    }

    /// The zero byte after the one field of an enum.
    #[inline]
    pub fn end(&mut self) -> Result<(), CompactError> {
        if self.byte()? == 0 { Ok(()) } else { Err(CompactError::Trailing) }
    }

    /// For values that may hold values of their own kind.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, CompactError>) -> Result<T, CompactError> {
        if self.depth == DEPTH_MAX {
            return Err(CompactError::Depth);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Steps over a value that nobody here knows.
    pub fn skip(&mut self, wire: Wire) -> Result<(), CompactError> {
        match wire {
            Wire::Flag => Ok(()),
            Wire::Varint => self.varint().map(drop),
            Wire::Fixed8 => self.take(8).map(drop),
            Wire::Fixed16 => self.take(16).map(drop),
            Wire::Bytes => self.bytes().map(drop),
            Wire::Struct => self.deeper(|input| {
                while let Some((_, wire)) = input.key()? {
                    input.skip(wire)?;
                }
                Ok(())
            }),
            Wire::List => self.deeper(|input| {
                let count = input.count()?;
                let wire = input.wire()?;
                input.skip_all(count, &[wire])
            }),
            Wire::Map => self.deeper(|input| {
                let count = input.count()?;
                let wires = [input.wire()?, input.wire()?];
                input.skip_all(count, &wires)
            }),
        }
    }

    fn skip_all(&mut self, count: usize, wires: &[Wire]) -> Result<(), CompactError> {
        // Flags have no bytes, so nothing else would bound a count that is nonsense.
        if count > self.rest.len() {
            return Err(CompactError::End);
        }
        for _ in 0..count {
            for wire in wires {
                self.skip(*wire)?;
            }
        }
        Ok(())
    }
}
