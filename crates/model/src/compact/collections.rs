//! The compact forms of what holds values.

use std::collections::BTreeMap;

use super::{Compact, CompactError, Input, Wire, put_field, put_one, put_varint};
use crate::Value;

/// Room made beforehand, in items: a count is not believed before its items are there.
const ROOM_MAX: usize = 64;

impl<T: Compact> Compact for Option<T> {
    const WIRE: Wire = T::WIRE;
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.put(out);
        }
    }
    #[inline]
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        T::take(from).map(Some)
    }
    fn is_absent(&self) -> bool {
        self.is_none()
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Compact> Compact for Box<T> {
    const WIRE: Wire = T::WIRE;
    fn put(&self, out: &mut Vec<u8>) {
        T::put(self, out);
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        T::take(from).map(Self::new)
    }
}

impl<T: Compact> Compact for Vec<T> {
    const WIRE: Wire = Wire::List;
    fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, self.len() as u64);
        out.push(T::WIRE as u8);
        for item in self {
            item.put(out);
        }
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        let count = from.count()?;
        let wire = from.wire()?;
        let mut items = Self::with_capacity(count.min(ROOM_MAX));
        for _ in 0..count {
            items.push(from.value(wire)?);
        }
        Ok(items)
    }
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl<K: Compact + Ord, V: Compact> Compact for BTreeMap<K, V> {
    const WIRE: Wire = Wire::Map;
    fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, self.len() as u64);
        out.extend_from_slice(&[K::WIRE as u8, V::WIRE as u8]);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        let count = from.count()?;
        let (keys, values) = (from.wire()?, from.wire()?);
        let mut map = Self::new();
        for _ in 0..count {
            map.insert(from.value(keys)?, from.value(values)?);
        }
        Ok(map)
    }
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl<A: Compact, B: Compact> Compact for (A, B) {
    const WIRE: Wire = Wire::Struct;
    fn put(&self, out: &mut Vec<u8>) {
        put_field(out, 1, &self.0);
        put_field(out, 2, &self.1);
        out.push(0);
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        let (mut first, mut second) = (None, None);
        while let Some((number, wire)) = from.key()? {
            match number {
                1 => first = Some(from.value(wire)?),
                2 => second = Some(from.value(wire)?),
                _ => from.skip(wire)?,
            }
        }
        let first = first.or_else(A::absent).ok_or(CompactError::Missing("first of two"))?;
        let second = second.or_else(B::absent).ok_or(CompactError::Missing("second of two"))?;
        Ok((first, second))
    }
}

/// One field, whose number says the kind. It keeps what JSON keeps and no more, so that a value does not depend on the form it was stored in:
/// a moment comes back as text, and a number that is none as null.
impl Compact for Value {
    const WIRE: Wire = Wire::Struct;
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => {}
            Self::Bool(false) => put_one(out, 1, &true),
            Self::Bool(true) => put_one(out, 2, &true),
            Self::Int(n) => put_one(out, 3, n),
            Self::Float(n) if !n.is_finite() => {}
            Self::Float(n) => put_one(out, 4, n),
            Self::Text(text) => put_one(out, 5, text),
            Self::Time(at) => put_one(out, 5, &at.to_string()),
            Self::List(items) => put_one(out, 6, items),
            Self::Map(fields) => put_one(out, 7, fields),
        }
        out.push(0);
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        let Some((number, wire)) = from.key()? else { return Ok(Self::Null) };
        let value = match number {
            1 => from.value::<bool>(wire).map(|_| Self::Bool(false)),
            2 => from.value::<bool>(wire).map(|_| Self::Bool(true)),
            3 => from.value(wire).map(Self::Int),
            4 => from.value(wire).map(Self::Float),
            5 => from.value(wire).map(Self::Text),
            6 => from.deeper(|from| from.value(wire)).map(Self::List),
            7 => from.deeper(|from| from.value(wire)).map(Self::Map),
            number => Err(CompactError::Variant { of: "Value", number }),
        }?;
        from.end()?;
        Ok(value)
    }
}
