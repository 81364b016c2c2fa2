use std::collections::BTreeMap;

use super::*;
use crate::{Channel, ContactId, Timestamp, Value};

#[derive(PartialEq, Debug)]
struct Old {
    id: ContactId,
    name: String,
    dropped: Vec<Value>,
}

/// What `Old` has become: `dropped` is gone, three fields came.
#[derive(PartialEq, Debug)]
struct New {
    id: ContactId,
    name: String,
    channels: Vec<Channel>,
    limit: u32,
    seen: Option<Timestamp>,
}

#[derive(PartialEq, Debug)]
enum Kind {
    Nothing,
    Named(String),
    Timed { at: Timestamp, open: bool },
}

crate::compact_struct!(Old { 1 id, 2 name, 3 dropped });
crate::compact_struct!(New { 1 id, 2 name, 4 channels, 5 limit or 80, 6 seen });
crate::compact_enum!(Kind {
    unit 1 Nothing;
    one 2 Named;
    of 3 Timed { 1 at, 2 open };
});

fn bytes<T: Compact>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

fn deep(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::List(vec![inner]))
}

fn old() -> Old {
    let dropped = vec![Value::Int(-3), Value::Map(BTreeMap::from([("a".to_owned(), Value::Float(0.5))])), deep(9), Value::Bool(false)];
    Old { id: ContactId::from_u128(7), name: "Sample".to_owned(), dropped }
}

#[test]
fn an_older_value_reads_with_the_defaults_of_what_came_later() {
    let New { id, name, channels, limit, seen } = from_bytes(&bytes(&old())).unwrap();
    assert_eq!((id, name.as_str()), (ContactId::from_u128(7), "Sample"));
    assert_eq!((channels, limit, seen), (Vec::new(), 80, None));
}

#[test]
fn a_newer_value_reads_where_its_fields_are_not_known() {
    let new =
        New { id: ContactId::from_u128(7), name: String::new(), channels: vec![Channel::Sms], limit: 3, seen: Some(Timestamp::EPOCH) };
    assert_eq!(from_bytes::<New>(&bytes(&new)).unwrap(), new);
    let read: Old = from_bytes(&bytes(&new)).unwrap();
    assert_eq!(read, Old { id: new.id, name: String::new(), dropped: Vec::new() });
}

#[test]
fn what_must_be_there_is_missed() {
    assert_eq!(from_bytes::<Old>(&[0]), Err(CompactError::Missing("Old.id")));
    assert_eq!(from_bytes::<Kind>(&[0]), Err(CompactError::Missing("the variant of Kind")));
    assert_eq!(from_bytes::<Kind>(&[9 << 3, 0]), Err(CompactError::Variant { of: "Kind", number: 9 }));
}

#[test]
fn every_kind_of_variant_comes_back() {
    for kind in [Kind::Nothing, Kind::Named(String::new()), Kind::Timed { at: Timestamp::from_millis(-5), open: true }] {
        assert_eq!(from_bytes::<Kind>(&bytes(&kind)).unwrap(), kind);
    }
}

#[test]
fn numbers_of_every_size_come_back() {
    for n in [0, 1, -1, 63, 64, -64, -65, i64::from(u32::MAX), i64::MAX, i64::MIN] {
        assert_eq!(from_bytes::<i64>(&bytes(&n)), Ok(n));
    }
    for n in [0, 127, 128, 16_383, 16_384, u64::MAX] {
        assert_eq!(from_bytes::<u64>(&bytes(&n)), Ok(n));
    }
    assert_eq!(from_bytes::<u32>(&bytes(&u64::MAX)), Err(CompactError::Number));
    assert_eq!(from_bytes::<u64>(&[0xFF; 10]), Err(CompactError::Number));
}

/// A value must not depend on whether a state was kept as JSON or in this form.
#[test]
fn values_keep_what_json_keeps() {
    let values = vec![
        Value::Null,
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Float(1.0),
        Value::Float(f64::NAN),
        Value::Text("é".to_owned()),
        Value::Time(Timestamp::from_millis(1_763_800_000_123)),
        Value::Map(BTreeMap::from([(String::new(), Value::List(Vec::new()))])),
    ];
    for value in values {
        let by_json: Value = serde_json::from_value(serde_json::to_value(&value).unwrap()).unwrap();
        assert_eq!(from_bytes::<Value>(&bytes(&value)).unwrap(), by_json);
    }
}

/// Cut off anywhere and changed anywhere: an error or another value, and never a panic or much memory.
#[test]
fn damaged_bytes_are_an_error() {
    let whole = bytes(&old());
    for end in 0..whole.len() {
        assert!(from_bytes::<Old>(&whole[..end]).is_err(), "cut at {end}");
    }
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut damaged = whole.clone();
            damaged[place] ^= 1 << bit;
            let _ = from_bytes::<Old>(&damaged);
            let _ = from_bytes::<New>(&damaged);
        }
    }
    let flags = [&[Wire::List as u8 | 9 << 3][..], &[0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0]].concat();
    assert_eq!(from_bytes::<Old>(&flags), Err(CompactError::End));
}

#[test]
fn depth_is_bounded() {
    let deepest = deep(256);
    assert_eq!(from_bytes::<Value>(&bytes(&deepest)).unwrap(), deepest);
    assert_eq!(from_bytes::<Value>(&bytes(&deep(257))), Err(CompactError::Depth));
}
