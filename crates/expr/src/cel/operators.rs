//! Arithmetic, comparison and membership.

use std::borrow::Cow;
use std::cmp::Ordering;

use model::{Millis, Timestamp};

use super::BinaryOp;
use super::error::EvalErrorKind;
use super::value::Val;
use crate::duration::parse_duration;

/// The kind of an error and its words; the evaluator adds the place.
pub(super) type Fault = (EvalErrorKind, String);
pub(super) type Outcome<'a> = Result<Val<'a>, Fault>;

pub(super) fn type_fault(what: impl Into<String>) -> Fault {
    (EvalErrorKind::Type, what.into())
}

pub(super) fn value_fault(what: impl Into<String>) -> Fault {
    (EvalErrorKind::Value, what.into())
}

pub(super) fn binary<'a>(with: BinaryOp, left: Val<'a>, right: Val<'a>) -> Outcome<'a> {
    match with {
        BinaryOp::Eq => Ok(Val::Bool(left.equals(&right))),
        BinaryOp::Ne => Ok(Val::Bool(!left.equals(&right))),
        BinaryOp::In => contains(&left, &right),
        BinaryOp::Lt => ordered(with, &left, &right, Ordering::is_lt),
        BinaryOp::Le => ordered(with, &left, &right, Ordering::is_le),
        BinaryOp::Gt => ordered(with, &left, &right, Ordering::is_gt),
        BinaryOp::Ge => ordered(with, &left, &right, Ordering::is_ge),
        _ => arithmetic(with, left, right),
    }
}

fn no_overload(with: BinaryOp, left: &Val<'_>, right: &Val<'_>) -> Fault {
    type_fault(format!("`{}` does not go between {} and {}", with.as_str(), left.said(), right.said()))
}

fn ordered<'a>(with: BinaryOp, left: &Val<'a>, right: &Val<'a>, holds: fn(Ordering) -> bool) -> Outcome<'a> {
    match left.compare(right) {
        Ok(order) => Ok(Val::Bool(order.is_some_and(holds))),
        Err(()) => Err(no_overload(with, left, right)),
    }
}

fn contains<'a>(left: &Val<'a>, right: &Val<'a>) -> Outcome<'a> {
    match right {
        Val::List(items) => Ok(Val::Bool((0..items.len()).any(|at| items.get(at).is_some_and(|item| item.equals(left))))),
        Val::Map(map) => match left {
            Val::Text(key) => Ok(Val::Bool(map.get(key).is_some())),
            _ => Ok(Val::Bool(false)),
        },
        _ => Err(no_overload(BinaryOp::In, left, right)),
    }
}

fn arithmetic<'a>(with: BinaryOp, left: Val<'a>, right: Val<'a>) -> Outcome<'a> {
    match (with, left, right) {
        (_, Val::Int(a), Val::Int(b)) => ints(with, a, b),
        (_, Val::Float(a), Val::Float(b)) => floats(with, a, b),
        (_, Val::Int(a), Val::Float(b)) => floats(with, a as f64, b),
        (_, Val::Float(a), Val::Int(b)) => floats(with, a, b as f64),
        (BinaryOp::Add, Val::Text(a), Val::Text(b)) => {
            let mut text = a.into_owned();
            text.push_str(&b);
            Ok(Val::Text(Cow::Owned(text)))
        }
        (BinaryOp::Add, Val::List(a), Val::List(b)) => {
            let both = (0..a.len()).filter_map(|at| a.get(at)).chain((0..b.len()).filter_map(|at| b.get(at)));
            Ok(Val::list(both.collect()))
        }
        (BinaryOp::Add, Val::Time(at), Val::Duration(span)) | (BinaryOp::Add, Val::Duration(span), Val::Time(at)) => moment(at, span.0),
        (BinaryOp::Sub, Val::Time(at), Val::Duration(span)) => moment(at, span.0.saturating_neg()),
        (BinaryOp::Sub, Val::Time(a), Val::Time(b)) => Ok(Val::Duration(a - b)),
        (BinaryOp::Add, Val::Duration(a), Val::Duration(b)) => span(a.0.checked_add(b.0)),
        (BinaryOp::Sub, Val::Duration(a), Val::Duration(b)) => span(a.0.checked_sub(b.0)),
        // Text from data beside a moment is read as one, where the schema does not know better.
        (BinaryOp::Add | BinaryOp::Sub, Val::Text(a), b @ (Val::Time(_) | Val::Duration(_))) => match Timestamp::parse(&a) {
            Ok(at) => arithmetic(with, Val::Time(at), b),
            Err(_) => Err(no_overload(with, &Val::Text(a), &b)),
        },
        (BinaryOp::Add | BinaryOp::Sub, a @ (Val::Time(_) | Val::Duration(_)), Val::Text(b)) => {
            match (Timestamp::parse(&b), parse_duration(&b)) {
                (Ok(at), _) => arithmetic(with, a, Val::Time(at)),
                (_, Ok(span)) => arithmetic(with, a, Val::Duration(span)),
                _ => Err(no_overload(with, &a, &Val::Text(b))),
            }
        }
        (_, left, right) => Err(no_overload(with, &left, &right)),
    }
}

fn moment<'a>(at: Timestamp, ms: i64) -> Outcome<'a> {
    let ms = at.as_millis().checked_add(ms).filter(|ms| jiff::Timestamp::from_millisecond(*ms).is_ok());
    ms.map(|ms| Val::Time(Timestamp::from_millis(ms))).ok_or_else(|| value_fault("the time is out of range"))
}

fn span<'a>(ms: Option<i64>) -> Outcome<'a> {
    ms.map(|ms| Val::Duration(Millis(ms))).ok_or_else(|| value_fault("the duration is out of range"))
}

fn ints<'a>(with: BinaryOp, a: i64, b: i64) -> Outcome<'a> {
    if b == 0 && matches!(with, BinaryOp::Div | BinaryOp::Rem) {
        return Err(value_fault("division by zero"));
    }
    let result = match with {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Div => a.checked_div(b),
        BinaryOp::Rem => a.checked_rem(b),
        _ => return Err(no_overload(with, &Val::Int(a), &Val::Int(b))),
    };
    result.map(Val::Int).ok_or_else(|| value_fault("the number is out of range"))
}

fn floats<'a>(with: BinaryOp, a: f64, b: f64) -> Outcome<'a> {
    Ok(Val::Float(match with {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        _ => return Err(no_overload(with, &Val::Float(a), &Val::Float(b))),
    }))
}

pub(super) fn negate<'a>(value: Val<'a>) -> Outcome<'a> {
    match value {
        Val::Int(n) => n.checked_neg().map(Val::Int).ok_or_else(|| value_fault("the number is out of range")),
        Val::Float(n) => Ok(Val::Float(-n)),
        Val::Duration(span) => Ok(Val::Duration(Millis(span.0.saturating_neg()))),
        other => Err(type_fault(format!("`-` does not go before {}", other.said()))),
    }
}
