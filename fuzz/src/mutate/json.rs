//! Mutations of JSON that leave JSON: members go, move, double, or hold what nobody expects there.

use serde_json::{Map, Value, json};

use super::{Material, bytes};
use crate::Random;

/// Deepest nesting that is made. `serde_json` refuses 128 levels.
const DEEPEST: usize = 120;
const AT_ONCE: usize = 4;
/// Most often an item is doubled.
const DOUBLED: usize = 64;

/// `None` when the input is no JSON.
pub(super) fn mutate(input: &[u8], with: &Material<'_>, random: &mut Random) -> Option<Vec<u8>> {
    let mut whole: Value = serde_json::from_slice(input).ok()?;
    for _ in 0..=random.below(AT_ONCE) {
        let place = random.below(count(&whole));
        let piece = piece(&whole, with, random);
        change(nth(&mut whole, place)?, piece, with, random);
    }
    serde_json::to_vec(&whole).ok()
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

fn count(value: &Value) -> usize {
    1 + children(value).map(count).sum::<usize>()
}

/// The value that comes at a place when all are counted from the outside in.
fn nth(value: &mut Value, place: usize) -> Option<&mut Value> {
    let mut left = place.checked_sub(1);
    let Some(mut rest) = left.take() else { return Some(value) };
    let inner: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(members) => Box::new(members.values_mut()),
        _ => return None,
    };
    for child in inner {
        let size = count(child);
        if rest < size {
            return nth(child, rest);
        }
        rest -= size;
    }
    None
}

/// Something to put elsewhere: a value of this document or of another one, or one that nobody expects.
fn piece(whole: &Value, with: &Material<'_>, random: &mut Random) -> Value {
    match random.below(4) {
        0 => copy(whole, random),
        1 => serde_json::from_slice(with.other).map_or(Value::Null, |other: Value| copy(&other, random)),
        _ => strange(with, random),
    }
}

fn copy(from: &Value, random: &mut Random) -> Value {
    let place = random.below(count(from));
    nth(&mut from.clone(), place).map(std::mem::take).unwrap_or_default()
}

fn strange(with: &Material<'_>, random: &mut Random) -> Value {
    match random.below(16) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(i64::MIN),
        4 => json!(u64::MAX),
        5 => json!(1e308),
        6 => json!(0.1),
        7 => json!([]),
        8 => json!({}),
        9 => json!(""),
        10 => json!("x".repeat(random.below(5_000))),
        11 => (0..random.below(DEEPEST)).fold(Value::Null, |inner, _| json!([inner])),
        12 => json!("\u{0}\u{202e}\u{feff}"),
        13 => json!("99999999999999999999"),
        14 => json!("9999-12-31T23:59:59.999999999Z"),
        _ => random.pick(with.words).map_or(Value::Null, |word| json!(word)),
    }
}

fn change(place: &mut Value, piece: Value, with: &Material<'_>, random: &mut Random) {
    match place {
        Value::Object(members) if !members.is_empty() && !random.one_in(4) => of_object(members, piece, random),
        Value::Array(items) if !items.is_empty() && !random.one_in(4) => {
            let at = random.below(items.len());
            match random.below(3) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, piece),
                _ => {
                    let item = items[at].clone();
                    items.extend(std::iter::repeat_n(item, 1 + random.below(DOUBLED)));
                }
            }
        }
        Value::String(text) if random.one_in(2) => {
            let mut raw = std::mem::take(text).into_bytes();
            bytes::mutate(&mut raw, with, random);
            *text = String::from_utf8_lossy(&raw).into_owned();
        }
        _ => *place = piece,
    }
}

fn of_object(members: &mut Map<String, Value>, piece: Value, random: &mut Random) {
    let names: Vec<String> = members.keys().cloned().collect();
    let Some(name) = random.pick(&names) else { return };
    match random.below(3) {
        0 => drop(members.remove(name)),
        1 => drop(members.insert(name.clone(), piece)),
        _ => {
            // Two members change places.
            let other = random.pick(&names).unwrap_or(name);
            let value = members.get(name).cloned().unwrap_or_default();
            let theirs = members.insert(other.clone(), value).unwrap_or_default();
            members.insert(name.clone(), theirs);
        }
    }
}
