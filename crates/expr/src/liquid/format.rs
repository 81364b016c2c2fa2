//! Values as text, and questions that conditions ask of values.

use std::cmp::Ordering;

use model::{Timestamp, Value};

use crate::cel::int_beside_float;

/// What a value prints as.
pub(super) fn text_of(value: &Value) -> String {
    let mut text = String::new();
    push_text(value, &mut text);
    text
}

pub(super) fn push_text(value: &Value, out: &mut String) {
    match value {
        Value::Null => {}
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Int(n) => out.push_str(&n.to_string()),
        Value::Float(n) => out.push_str(&float_text(*n)),
        Value::Text(text) => out.push_str(text),
        Value::Time(at) => out.push_str(&at.to_jiff().to_string()),
        Value::List(items) => items.iter().for_each(|item| push_text(item, out)),
        Value::Map(_) => out.push_str(&serde_json::to_string(value).unwrap_or_default()),
    }
}

pub(super) fn float_text(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e16 { format!("{n:.1}") } else { n.to_string() }
}

pub(super) fn is_truthy(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}

pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Text(text) => text.trim().is_empty(),
        other => is_empty(other),
    }
}

pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Int(_) | Value::Float(_) | Value::Time(_), _) | (_, Value::Time(_)) => order(a, b) == Some(Ordering::Equal),
        _ => a == b,
    }
}

/// The order of two values; `None` where there is none, which makes every comparison false.
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Float(b)) => int_beside_float(*a, *b),
        (Value::Float(a), Value::Int(b)) => int_beside_float(*b, *a).map(Ordering::reverse),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Text(b)) => Some(a.cmp(&Timestamp::parse(b).ok()?)),
        (Value::Text(a), Value::Time(b)) => Some(Timestamp::parse(a).ok()?.cmp(b)),
        _ => None,
    }
}

pub(super) fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (_, Value::Null) => false,
        (Value::Text(text), part) => text.contains(&text_of(part)),
        (Value::List(items), part) => items.iter().any(|item| equal(item, part)),
        (Value::Map(map), Value::Text(key)) => map.contains_key(key),
        _ => false,
    }
}

/// How many steps handling the value whole costs.
pub(super) fn weight(value: &Value) -> u64 {
    match value {
        Value::Text(text) => text.len() as u64 / 32,
        Value::List(items) => items.iter().map(|item| 1 + weight(item)).sum(),
        Value::Map(map) => map.values().map(|item| 2 + weight(item)).sum(),
        _ => 0,
    }
}
