//! What functions do.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use model::{Millis, Timestamp};
use regex_lite::RegexBuilder;

use super::moments::Part;
use super::operators::{Outcome, type_fault, value_fault};
use super::value::Val;
use crate::duration::{cel_text, parse_duration};
use crate::zone::parse_zone;

/// Bytes of a compiled pattern.
const REGEX_SIZE_MAX: usize = 64 * 1024;

/// Calls a function; the receiver, if any, is the first value.
pub(super) fn call<'a>(name: &str, args: &[Val<'a>]) -> Outcome<'a> {
    if let Some(part) = Part::by_name(name) {
        return getter(name, part, args);
    }
    match (name, args) {
        ("size", [Val::Text(text)]) => Ok(Val::Int(text.chars().count() as i64)),
        ("size", [Val::List(items)]) => Ok(Val::Int(items.len() as i64)),
        ("size", [Val::Map(map)]) => Ok(Val::Int(map.len() as i64)),
        ("contains", [Val::Text(text), Val::Text(part)]) => Ok(Val::Bool(text.contains(part.as_ref()))),
        ("startsWith", [Val::Text(text), Val::Text(part)]) => Ok(Val::Bool(text.starts_with(part.as_ref()))),
        ("endsWith", [Val::Text(text), Val::Text(part)]) => Ok(Val::Bool(text.ends_with(part.as_ref()))),
        ("matches", [Val::Text(text), Val::Text(pattern)]) => {
            let regex = regex(pattern).map_err(value_fault)?;
            Ok(Val::Bool(regex.is_match(text)))
        }
        ("lowerAscii", [Val::Text(text)]) => Ok(Val::Text(Cow::Owned(text.to_ascii_lowercase()))),
        ("upperAscii", [Val::Text(text)]) => Ok(Val::Text(Cow::Owned(text.to_ascii_uppercase()))),
        ("trim", [Val::Text(text)]) => Ok(Val::Text(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        })),
        ("timestamp", [value]) => timestamp(value),
        ("duration", [Val::Duration(span)]) => Ok(Val::Duration(*span)),
        ("duration", [Val::Text(text)]) => parse_duration(text).map(Val::Duration).map_err(|e| value_fault(e.to_string())),
        ("int", [value]) => to_int(value),
        ("double", [value]) => to_float(value),
        ("string", [value]) => to_text(value),
        ("bool", [Val::Bool(b)]) => Ok(Val::Bool(*b)),
        ("bool", [Val::Text(text)]) => match text.as_ref() {
            "1" | "t" | "true" | "TRUE" | "True" => Ok(Val::Bool(true)),
            "0" | "f" | "false" | "FALSE" | "False" => Ok(Val::Bool(false)),
            _ => Err(value_fault(format!("`{}` is neither true nor false", short(text)))),
        },
        _ => {
            let kinds: Vec<_> = args.iter().map(Val::said).collect();
            Err(type_fault(format!(
                "`{name}` cannot be used with {}",
                if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(" and ") }
            )))
        }
    }
}

pub(super) fn regex(pattern: &str) -> Result<regex_lite::Regex, String> {
    RegexBuilder::new(pattern)
        .size_limit(REGEX_SIZE_MAX)
        .build()
        .map_err(|e| format!("`{}` is not a pattern that can be used: {e}", short(pattern)))
}

fn getter<'a>(name: &str, part: Part, args: &[Val<'a>]) -> Outcome<'a> {
    let wrong = |value: &Val<'_>| type_fault(format!("`{name}` asks for a time, not for {}", value.said()));
    let (value, zone) = match args {
        [value] => (value, TimeZone::UTC),
        [value, Val::Text(zone)] => {
            let found = parse_zone(zone).ok_or_else(|| value_fault(format!("`{}` is not a time zone", short(zone))))?;
            (value, found)
        }
        [_, zone, ..] => return Err(type_fault(format!("a time zone is text, not {}", zone.said()))),
        [] => return Err(type_fault(format!("`{name}` asks for a time"))),
    };
    let number = match value {
        Val::Time(at) => part.of_time(*at, zone),
        Val::Duration(span) => part.of_duration(*span).ok_or_else(|| wrong(value))?,
        Val::Text(text) => part.of_time(Timestamp::parse(text).map_err(|e| value_fault(e.to_string()))?, zone),
        _ => return Err(wrong(value)),
    };
    Ok(Val::Int(number))
}

fn timestamp<'a>(value: &Val<'a>) -> Outcome<'a> {
    match value {
        Val::Time(at) => Ok(Val::Time(*at)),
        Val::Text(text) => Timestamp::parse(text).map(Val::Time).map_err(|e| value_fault(e.to_string())),
        Val::Int(secs) => {
            let at = jiff::Timestamp::from_second(*secs).map_err(|_| value_fault("the time is out of range"))?;
            Ok(Val::Time(at.into()))
        }
        other => Err(type_fault(format!("`timestamp` cannot be made of {}", other.said()))),
    }
}

fn to_int<'a>(value: &Val<'a>) -> Outcome<'a> {
    match value {
        Val::Int(n) => Ok(Val::Int(*n)),
        // 2^63 itself does not fit, and neither does NaN.
        Val::Float(n) if *n > -9_223_372_036_854_775_808.0 && *n < 9_223_372_036_854_775_808.0 => Ok(Val::Int(n.trunc() as i64)),
        Val::Float(_) => Err(value_fault("the number is out of range")),
        Val::Text(text) => text.parse().map(Val::Int).map_err(|_| value_fault(format!("`{}` is not a whole number", short(text)))),
        Val::Time(at) => Ok(Val::Int(at.as_secs())),
        other => Err(type_fault(format!("`int` cannot be made of {}", other.said()))),
    }
}

fn to_float<'a>(value: &Val<'a>) -> Outcome<'a> {
    match value {
        Val::Float(n) => Ok(Val::Float(*n)),
        Val::Int(n) => Ok(Val::Float(*n as f64)),
        Val::Text(text) => text.parse().map(Val::Float).map_err(|_| value_fault(format!("`{}` is not a number", short(text)))),
        other => Err(type_fault(format!("`double` cannot be made of {}", other.said()))),
    }
}

fn to_text<'a>(value: &Val<'a>) -> Outcome<'a> {
    Ok(Val::Text(match value {
        Val::Text(text) => text.clone(),
        Val::Bool(b) => Cow::Borrowed(if *b { "true" } else { "false" }),
        Val::Int(n) => Cow::Owned(n.to_string()),
        Val::Float(n) => Cow::Owned(n.to_string()),
        Val::Time(at) => Cow::Owned(time_text(*at)),
        Val::Duration(Millis(ms)) => Cow::Owned(cel_text(Millis(*ms))),
        other => return Err(type_fault(format!("`string` cannot be made of {}", other.said()))),
    }))
}

/// RFC 3339 with a fraction only where there is one, as CEL writes it.
fn time_text(at: Timestamp) -> String {
    at.to_jiff().to_string()
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
