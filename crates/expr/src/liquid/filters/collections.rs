//! Filters on lists.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use model::Value;

use super::{Args, FilterContext, numbers, within};
use crate::liquid::format::{equal, is_truthy, text_of};

type Made = Result<Value, String>;

/// Lists within lists are laid flat, a single value is a list of one, nothing is an empty list.
fn items(value: Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::List(list) => {
            list.into_iter().flat_map(|item| if matches!(item, Value::List(_)) { items(item) } else { vec![item] }).collect()
        }
        other => vec![other],
    }
}

fn property<'v>(item: &'v Value, args: &Args<'_>, at: usize) -> Option<&'v Value> {
    match args.get(at) {
        None => Some(item),
        Some(name) => item.at(&text_of(name)),
    }
}

/// Whether an item has the property (truthy), or has it with the given value.
fn matches(item: &Value, args: &Args<'_>) -> bool {
    let found = property(item, args, 0);
    match args.get(1) {
        None => found.is_some_and(is_truthy),
        Some(wanted) => equal(found.unwrap_or(&Value::Null), wanted),
    }
}

pub(super) fn size(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(Value::Int(match &v {
        Value::Text(text) => text.chars().count(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        _ => 0,
    } as i64))
}

pub(super) fn first(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(if let Value::List(list) = v { list.into_iter().next().unwrap_or_default() } else { Value::Null })
}

pub(super) fn last(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(if let Value::List(list) = v { list.into_iter().next_back().unwrap_or_default() } else { Value::Null })
}

pub(super) fn join(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let parts: Vec<String> = items(v).iter().map(text_of).collect();
    let glue = args.get(0).map_or_else(|| " ".to_owned(), text_of);
    within(parts.iter().map(String::len).sum::<usize>().saturating_add(parts.len().saturating_mul(glue.len())))?;
    Ok(parts.join(&glue).into())
}

pub(super) fn reverse(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut list = items(v);
    list.reverse();
    Ok(Value::List(list))
}

pub(super) fn sort(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut list = items(v);
    list.sort_by(|a, b| total_order(property(a, args, 0), property(b, args, 0)));
    Ok(Value::List(list))
}

/// Without regard to upper and lower case.
pub(super) fn sort_natural(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut list = items(v);
    list.sort_by_cached_key(|item| {
        let found = property(item, args, 0).filter(|found| !found.is_null());
        (found.is_none(), found.map(|found| text_of(found).to_lowercase()))
    });
    Ok(Value::List(list))
}

/// An order of all values, since a sort must have one: numbers, text, times, the rest, and what is missing last.
fn total_order(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    fn rank(value: Option<&Value>) -> u8 {
        match value {
            Some(Value::Int(_) | Value::Float(_)) => 0,
            Some(Value::Text(_)) => 1,
            Some(Value::Time(_)) => 2,
            Some(Value::Bool(_)) => 3,
            Some(Value::List(_) | Value::Map(_)) => 4,
            None | Some(Value::Null) => 5,
        }
    }
    match (a, b) {
        (Some(Value::Text(a)), Some(Value::Text(b))) => a.cmp(b),
        (Some(Value::Time(a)), Some(Value::Time(b))) => a.cmp(b),
        (Some(Value::Bool(a)), Some(Value::Bool(b))) => a.cmp(b),
        (Some(a @ (Value::Int(_) | Value::Float(_))), Some(b @ (Value::Int(_) | Value::Float(_)))) => {
            // Through floats for all pairs: mixing exact and rounded comparisons would be no order.
            numbers::Number::of(a).float().total_cmp(&numbers::Number::of(b).float())
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

pub(super) fn uniq(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut seen = BTreeSet::new();
    let mut list = items(v);
    list.retain(|item| seen.insert(serde_json::to_string(&property(item, args, 0)).unwrap_or_default()));
    Ok(Value::List(list))
}

pub(super) fn map(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let list = items(v);
    Ok(Value::List(list.iter().map(|item| property(item, args, 0).cloned().unwrap_or_default()).collect()))
}

pub(super) fn where_(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut list = items(v);
    list.retain(|item| matches(item, args));
    Ok(Value::List(list))
}

pub(super) fn reject(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut list = items(v);
    list.retain(|item| !matches(item, args));
    Ok(Value::List(list))
}

pub(super) fn find(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(items(v).into_iter().find(|item| matches(item, args)).unwrap_or_default())
}

pub(super) fn find_index(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(items(v).iter().position(|item| matches(item, args)).map_or(Value::Null, |at| Value::Int(at as i64)))
}

pub(super) fn has(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(Value::Bool(items(v).iter().any(|item| matches(item, args))))
}

pub(super) fn compact(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut list = items(v);
    list.retain(|item| property(item, args, 0).is_some_and(|found| !found.is_null()));
    Ok(Value::List(list))
}

pub(super) fn concat(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut list = items(v);
    match args.get(0) {
        Some(Value::List(other)) => list.extend(other.iter().cloned()),
        Some(other) => return Err(format!("a list is needed, not {}", other.kind())),
        None => {}
    }
    Ok(Value::List(list))
}

pub(super) fn sum(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let list = items(v);
    numbers::total(list.iter().filter_map(|item| property(item, args, 0).cloned()))
}
