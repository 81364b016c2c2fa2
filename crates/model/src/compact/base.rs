//! The compact forms of plain values.

use super::{Compact, CompactError, Input, Wire, put_bytes, put_varint};
use crate::{Currency, Millis, Timestamp};

/// Small numbers of either sign in few bytes: 0, -1, 1, -2, …
const fn folded(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

const fn unfolded(n: u64) -> i64 {
    ((n >> 1) as i64) ^ -((n & 1) as i64)
}

/// Being there means true.
impl Compact for bool {
    const WIRE: Wire = Wire::Flag;
    fn put(&self, _: &mut Vec<u8>) {}
    fn take(_: &mut Input<'_>) -> Result<Self, CompactError> {
        Ok(true)
    }
    fn is_absent(&self) -> bool {
        !self
    }
    fn absent() -> Option<Self> {
        Some(false)
    }
}

impl Compact for i64 {
    const WIRE: Wire = Wire::Varint;
    fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, folded(*self));
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        from.varint().map(unfolded)
    }
    fn is_absent(&self) -> bool {
        *self == 0
    }
    fn absent() -> Option<Self> {
        Some(0)
    }
}

macro_rules! unsigned {
    ($($name:ty)*) => {$(
        impl Compact for $name {
            const WIRE: Wire = Wire::Varint;
            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                put_varint(out, u64::from(*self));
            }
            #[inline]
            fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
                Self::try_from(from.varint()?).map_err(|_| CompactError::Number)
            }
            fn is_absent(&self) -> bool {
                *self == 0
            }
            fn absent() -> Option<Self> {
                Some(0)
            }
        }
    )*};
}

unsigned! { u8 u32 u64 }

impl Compact for f64 {
    const WIRE: Wire = Wire::Fixed8;
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bits().to_be_bytes());
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        from.array().map(|bits| Self::from_bits(u64::from_be_bytes(bits)))
    }
}

impl Compact for String {
    const WIRE: Wire = Wire::Bytes;
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(out, self.as_bytes());
    }
    #[inline]
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        from.text().map(str::to_owned)
    }
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// Milliseconds. A moment is never left out: the epoch is a moment too.
impl Compact for Timestamp {
    const WIRE: Wire = Wire::Varint;
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, folded(self.as_millis()));
    }
    #[inline]
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        from.varint().map(|ms| Self::from_millis(unfolded(ms)))
    }
}

impl Compact for Millis {
    const WIRE: Wire = Wire::Varint;
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        i64::take(from).map(Self)
    }
}

impl Compact for Currency {
    const WIRE: Wire = Wire::Bytes;
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(out, self.as_str().as_bytes());
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        from.text()?.parse().map_err(|_| CompactError::Value("a currency has three letters"))
    }
}

/// Of outside shape, kept as it came.
impl Compact for serde_json::Value {
    const WIRE: Wire = Wire::Bytes;
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(out, self.to_string().as_bytes());
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        serde_json::from_slice(from.bytes()?).map_err(|_| CompactError::Value("a document is not JSON"))
    }
}

impl Compact for serde_json::Map<String, serde_json::Value> {
    const WIRE: Wire = Wire::Bytes;
    fn put(&self, out: &mut Vec<u8>) {
        // Writing JSON into memory fails only for keys that are no text; these are.
        put_bytes(out, &serde_json::to_vec(self).unwrap_or_default());
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        serde_json::from_slice(from.bytes()?).map_err(|_| CompactError::Value("a document is not a JSON object"))
    }
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}
