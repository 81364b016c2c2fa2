//! Filters on numbers. Text that is a number counts as one, anything else as 0; whole numbers stay whole.

use model::Value;

use super::{Args, FilterContext};

type Made = Result<Value, String>;

#[derive(Clone, Copy)]
pub(super) enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Int(n) => Self::Int(*n),
            Value::Float(n) => Self::Float(*n),
            Value::Text(text) => {
                let text = text.trim();
                text.parse().map(Self::Int).ok().or_else(|| finite(text).map(Self::Float)).unwrap_or(Self::Int(0))
            }
            _ => Self::Int(0),
        }
    }

    pub fn float(self) -> f64 {
        match self {
            Self::Int(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    fn value(self) -> Value {
        match self {
            Self::Int(n) => Value::Int(n),
            Self::Float(n) => Value::Float(n),
        }
    }

    pub fn add(self, other: Self) -> Result<Self, String> {
        both(self, other, i64::checked_add, |a, b| a + b)
    }
}

/// A decimal number, not the names (`inf`, `nan`) that the standard library reads, too.
fn finite(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|n: &f64| plain && n.is_finite())
}

/// The whole number that a value is, or that its text is.
pub(crate) fn as_int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(*n),
        Value::Float(n) if n.is_finite() => Some(*n as i64),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn both(a: Number, b: Number, ints: fn(i64, i64) -> Option<i64>, floats: fn(f64, f64) -> f64) -> Result<Number, String> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => ints(a, b).map(Number::Int).ok_or_else(|| "the number is out of range".to_owned()),
        (a, b) => Ok(Number::Float(tidy(floats(a.float(), b.float())))),
    }
}

/// Prices are decimals: 0.1 + 0.2 prints as 0.3, not with the noise of its binary form.
fn tidy(n: f64) -> f64 {
    format!("{n:.12e}").parse().unwrap_or(n)
}

fn arg(args: &Args<'_>) -> Number {
    args.get(0).map_or(Number::Int(0), Number::of)
}

pub(super) fn plus(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Number::of(&v).add(arg(args)).map(Number::value)
}

pub(super) fn minus(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    both(Number::of(&v), arg(args), i64::checked_sub, |a, b| a - b).map(Number::value)
}

pub(super) fn times(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    both(Number::of(&v), arg(args), i64::checked_mul, |a, b| a * b).map(Number::value)
}

/// Whole numbers divide down to a whole number, as everywhere in Liquid: -7 by 2 is -4.
pub(super) fn divided_by(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let by = arg(args);
    if by.float() == 0.0 {
        return Err("division by zero".to_owned());
    }
    both(Number::of(&v), by, |a, b| Some(a.checked_div(b)? - i64::from(a % b != 0 && (a < 0) != (b < 0))), |a, b| a / b).map(Number::value)
}

/// The sign of the divisor, as everywhere in Liquid: -7 modulo 3 is 2.
pub(super) fn modulo(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let by = arg(args);
    if by.float() == 0.0 {
        return Err("division by zero".to_owned());
    }
    let ints = |a: i64, b: i64| {
        let rest = a.checked_rem(b)?;
        Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
    };
    both(Number::of(&v), by, ints, |a, b| a - b * (a / b).floor()).map(Number::value)
}

pub(super) fn abs(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    match Number::of(&v) {
        Number::Int(n) => n.checked_abs().map(Value::Int).ok_or_else(|| "the number is out of range".to_owned()),
        Number::Float(n) => Ok(Value::Float(n.abs())),
    }
}

pub(super) fn ceil(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    whole(Number::of(&v), f64::ceil)
}

pub(super) fn floor(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    whole(Number::of(&v), f64::floor)
}

fn whole(number: Number, how: fn(f64) -> f64) -> Made {
    match number {
        Number::Int(n) => Ok(Value::Int(n)),
        Number::Float(n) if how(n).abs() < 9e18 => Ok(Value::Int(how(n) as i64)),
        Number::Float(_) => Err("the number is out of range".to_owned()),
    }
}

pub(super) fn round(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let number = Number::of(&v);
    let digits = args.get(0).and_then(as_int).unwrap_or(0).clamp(0, 12) as i32;
    match number {
        Number::Float(n) if digits > 0 => {
            let scale = 10_f64.powi(digits);
            let rounded = (n * scale).round() / scale;
            Ok(Value::Float(if rounded.is_finite() { rounded } else { n }))
        }
        number => whole(number, f64::round),
    }
}

pub(super) fn at_least(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let (a, b) = (Number::of(&v), arg(args));
    Ok(if a.float() < b.float() { b } else { a }.value())
}

pub(super) fn at_most(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let (a, b) = (Number::of(&v), arg(args));
    Ok(if a.float() > b.float() { b } else { a }.value())
}

pub(super) fn total(values: impl Iterator<Item = Value>) -> Made {
    let sum = values.map(|value| Number::of(&value)).try_fold(Number::Int(0), Number::add)?;
    Ok(sum.value())
}
