//! Writing.

use super::{Compact, Wire};

#[inline]
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7F) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[inline]
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A field's number and shape.
#[inline]
pub fn put_key(out: &mut Vec<u8>, number: u64, wire: Wire) {
    put_varint(out, (number << 3) | u64::from(wire as u8));
}

/// A field, unless it is absent.
#[inline]
pub fn put_field<T: Compact>(out: &mut Vec<u8>, number: u64, value: &T) {
    if !value.is_absent() {
        put_key(out, number, T::WIRE);
        value.put(out);
    }
}

/// The one field of an enum's value; never left out, because its number is what counts.
#[inline]
pub fn put_one<T: Compact>(out: &mut Vec<u8>, number: u64, value: &T) {
    put_key(out, number, T::WIRE);
    value.put(out);
}
