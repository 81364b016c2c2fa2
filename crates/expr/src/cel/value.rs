//! Values within an evaluation: [`model::Value`] borrowed where possible, and durations, which data does not have.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use model::{Millis, Timestamp, Value};

use super::{Literal, Type};
use crate::duration::{cel_text, parse_duration};

#[derive(Clone)]
pub(super) enum Val<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Cow<'a, str>),
    Time(Timestamp),
    Duration(Millis),
    List(Items<'a>),
    Map(Entries<'a>),
}

#[derive(Clone)]
pub(super) enum Items<'a> {
    Data(&'a [Value]),
    Made(Rc<Vec<Val<'a>>>),
}

#[derive(Clone)]
pub(super) enum Entries<'a> {
    Data(&'a BTreeMap<String, Value>),
    Made(Rc<BTreeMap<String, Val<'a>>>),
}

impl<'a> Items<'a> {
    pub fn len(&self) -> usize {
        match self {
            Self::Data(items) => items.len(),
            Self::Made(items) => items.len(),
        }
    }

    pub fn get(&self, at: usize) -> Option<Val<'a>> {
        match self {
            Self::Data(items) => items.get(at).map(Val::from),
            Self::Made(items) => items.get(at).cloned(),
        }
    }
}

impl<'a> Entries<'a> {
    pub fn len(&self) -> usize {
        match self {
            Self::Data(map) => map.len(),
            Self::Made(map) => map.len(),
        }
    }

    pub fn get(&self, key: &str) -> Option<Val<'a>> {
        match self {
            Self::Data(map) => map.get(key).map(Val::from),
            Self::Made(map) => map.get(key).cloned(),
        }
    }

    pub fn keys(&self) -> Vec<Val<'a>> {
        match self {
            Self::Data(map) => map.keys().map(|key| Val::Text(Cow::Borrowed(key))).collect(),
            Self::Made(map) => map.keys().map(|key| Val::Text(Cow::Owned(key.clone()))).collect(),
        }
    }
}

impl<'a> From<&'a Value> for Val<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Int(n) => Self::Int(*n),
            Value::Float(n) => Self::Float(*n),
            Value::Text(text) => Self::Text(Cow::Borrowed(text)),
            Value::Time(at) => Self::Time(*at),
            Value::List(items) => Self::List(Items::Data(items)),
            Value::Map(map) => Self::Map(Entries::Data(map)),
        }
    }
}

impl<'a> From<&'a Literal> for Val<'a> {
    fn from(literal: &'a Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Bool(b) => Self::Bool(*b),
            Literal::Int(n) => Self::Int(*n),
            Literal::Float(n) => Self::Float(*n),
            Literal::Text(text) => Self::Text(Cow::Borrowed(text)),
        }
    }
}

impl<'a> Val<'a> {
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Items::Made(Rc::new(items)))
    }

    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The value as data; a duration becomes CEL's text of it (`5400s`), as in CEL's own JSON.
    pub fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Int(n) => Value::Int(n),
            Self::Float(n) => Value::Float(n),
            Self::Text(text) => Value::Text(text.into_owned()),
            Self::Time(at) => Value::Time(at),
            Self::Duration(span) => Value::Text(cel_text(span)),
            Self::List(Items::Data(items)) => Value::List(items.to_vec()),
            Self::List(Items::Made(items)) => Value::List(items.iter().map(|item| item.clone().into_value()).collect()),
            Self::Map(Entries::Data(map)) => Value::Map(map.clone()),
            Self::Map(Entries::Made(map)) => Value::Map(map.iter().map(|(key, value)| (key.clone(), value.clone().into_value())).collect()),
        }
    }

    /// For sentences: "a time", "text".
    pub fn said(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::Time(_) => "a time",
            Self::Duration(_) => "a duration",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// How many steps handling this value whole costs.
    pub fn weight(&self) -> u64 {
        let units = match self {
            Self::Text(text) => text.len() / 32,
            Self::List(items) => items.len() / 4,
            Self::Map(map) => map.len() / 4,
            _ => 0,
        };
        units as u64
    }

    /// Reads data as what the schema promises; what cannot be read is an error in plain words.
    pub fn read_as(self, ty: &Type) -> Result<Self, String> {
        Ok(match (ty, self) {
            (Type::Time, Self::Text(text)) => Self::Time(Timestamp::parse(&text).map_err(|e| e.to_string())?),
            (Type::Duration, Self::Text(text)) => Self::Duration(parse_duration(&text).map_err(|e| e.to_string())?),
            (Type::Float, Self::Int(n)) => Self::Float(n as f64),
            (Type::List(of), Self::List(items)) if of.needs_reading() => {
                let read = (0..items.len()).filter_map(|at| items.get(at)).map(|item| item.read_as(of));
                Self::list(read.collect::<Result<_, _>>()?)
            }
            (_, other) => other,
        })
    }

    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && (0..a.len()).all(|at| matches!((a.get(at), b.get(at)), (Some(a), Some(b)) if a.equals(&b)))
            }
            (Self::Map(a), Self::Map(b)) => {
                let same = |key: &Val<'_>| match key {
                    Val::Text(key) => matches!((a.get(key), b.get(key)), (Some(a), Some(b)) if a.equals(&b)),
                    _ => false,
                };
                a.len() == b.len() && a.keys().iter().all(same)
            }
            _ => matches!(self.compare(other), Ok(Some(Ordering::Equal))),
        }
    }

    /// The order of two values; `Ok(None)` where a NaN takes part, `Err` where the kinds have no common order.
    pub fn compare(&self, other: &Self) -> Result<Option<Ordering>, ()> {
        Ok(match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Float(b)) => int_beside_float(*a, *b),
            (Self::Float(a), Self::Int(b)) => int_beside_float(*b, *a).map(Ordering::reverse),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Text(b)) => Some(a.cmp(&Timestamp::parse(b).map_err(|_| ())?)),
            (Self::Text(a), Self::Time(b)) => Some(Timestamp::parse(a).map_err(|_| ())?.cmp(b)),
            (Self::Duration(a), Self::Text(b)) => Some(a.cmp(&parse_duration(b).map_err(|_| ())?)),
            (Self::Text(a), Self::Duration(b)) => Some(parse_duration(a).map_err(|_| ())?.cmp(b)),
            _ => return Err(()),
        })
    }
}

/// Exact, also where the float cannot hold the int.
pub(crate) fn int_beside_float(a: i64, b: f64) -> Option<Ordering> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    if b >= TWO_63 {
        return Some(Ordering::Less);
    }
    if b < -TWO_63 {
        return Some(Ordering::Greater);
    }
    let whole = b.trunc();
    let order = a.cmp(&(whole as i64));
    Some(order.then_with(|| whole.partial_cmp(&b).unwrap_or(Ordering::Equal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_and_floats_compare_exactly() {
        assert_eq!(int_beside_float(9_007_199_254_740_993, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(int_beside_float(i64::MAX, 9_223_372_036_854_775_807.0), Some(Ordering::Less));
        assert_eq!(int_beside_float(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(int_beside_float(1, 1.5), Some(Ordering::Less));
        assert_eq!(int_beside_float(0, f64::NAN), None);
    }
}
