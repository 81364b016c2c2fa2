//! `date` and `time_zone`.

use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;
use model::{Timestamp, Value};

use super::locale::Language;
use super::{Args, FilterContext};
use crate::liquid::format::text_of;
use crate::zone::parse_zone;

type Made = Result<Value, String>;

/// Epoch numbers from here on are milliseconds: as seconds they would be after the year 5000.
const EPOCH_MILLIS_FROM: u64 = 100_000_000_000;
const FORMAT_BYTES_MAX: usize = 1024;

/// Writes a moment by a pattern of `%` letters. What is no moment passes unchanged.
pub(super) fn date(v: Value, args: &Args<'_>, context: &FilterContext<'_>) -> Made {
    let format = args.text(0);
    if format.is_empty() {
        return Ok(v);
    }
    if format.len() > FORMAT_BYTES_MAX {
        return Err("the pattern is too long".to_owned());
    }
    let own_zone = match args.get(1) {
        Some(zone) => Some(zone_of(zone)?),
        None => None,
    };
    let is_now = matches!(&v, Value::Text(text) if matches!(text.trim(), "now" | "today"));
    if is_now && context.now.is_none() {
        return Err("`now` is not given here".to_owned());
    }
    let Some(at) = moment(&v, &context.options.zone, context.now) else { return Ok(v) };
    let at = own_zone.map_or(at.clone(), |zone| at.with_time_zone(zone));
    Ok(formatted(&at, &format, Language::of(&context.options.locale)).into())
}

/// Moves a moment to a zone; the result is text with its zone, which `date` understands: `2026-03-01T11:00:00+01:00[Europe/Madrid]`.
pub(super) fn time_zone(v: Value, args: &Args<'_>, context: &FilterContext<'_>) -> Made {
    let zone = zone_of(args.get(0).unwrap_or(&Value::Null))?;
    match moment(&v, &context.options.zone, context.now) {
        Some(at) => Ok(at.with_time_zone(zone).to_string().into()),
        None => Ok(v),
    }
}

fn zone_of(value: &Value) -> Result<TimeZone, String> {
    let text = text_of(value);
    parse_zone(&text).ok_or_else(|| format!("`{}` is not a time zone", text.chars().take(40).collect::<String>()))
}

/// Reads a moment. Text without an offset is local to `zone`, text with a zone in brackets keeps it, anything else is shown in `zone`.
fn moment(value: &Value, zone: &TimeZone, now: Option<Timestamp>) -> Option<Zoned> {
    let shown = |at: jiff::Timestamp| at.to_zoned(zone.clone());
    match value {
        Value::Time(at) => Some(shown(at.to_jiff())),
        Value::Int(n) => epoch(*n).map(shown),
        Value::Float(n) if n.is_finite() && n.abs() < 9e18 => epoch(*n as i64).map(shown),
        Value::Text(text) => {
            let text = text.trim();
            if matches!(text, "now" | "today") {
                return Some(shown(now?.to_jiff()));
            }
            if let Ok(n) = text.parse::<i64>() {
                // Eight digits or fewer are a date without dashes or a year rather than a moment in 1970.
                return if text.len() > 8 { epoch(n).map(shown) } else { None };
            }
            if text.ends_with(']') {
                return text.parse::<Zoned>().ok();
            }
            if let Ok(at) = text.parse::<jiff::Timestamp>() {
                return Some(shown(at));
            }
            if let Ok(local) = text.parse::<DateTime>() {
                return zone.to_ambiguous_zoned(local).compatible().ok();
            }
            if let Ok(at) = rfc2822::parse(text) {
                return Some(shown(at.timestamp()));
            }
            written(text, zone)
        }
        _ => None,
    }
}

/// Further forms that people and systems write.
fn written(text: &str, zone: &TimeZone) -> Option<Zoned> {
    for format in ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M %z"] {
        if let Ok(at) = strtime::parse(format, text).and_then(|parts| parts.to_timestamp()) {
            return Some(at.to_zoned(zone.clone()));
        }
    }
    let with_time = ["%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%B %d, %Y %H:%M", "%b %d, %Y %H:%M"];
    let local = with_time.iter().find_map(|format| strtime::parse(format, text).and_then(|parts| parts.to_datetime()).ok());
    let dates = ["%Y/%m/%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y"];
    let day = || dates.iter().find_map(|format| strtime::parse(format, text).and_then(|parts| parts.to_date()).ok());
    let local = local.or_else(|| day().map(|day| day.at(0, 0, 0, 0)))?;
    zone.to_ambiguous_zoned(local).compatible().ok()
}

fn epoch(n: i64) -> Option<jiff::Timestamp> {
    let found = if n.unsigned_abs() >= EPOCH_MILLIS_FROM { jiff::Timestamp::from_millisecond(n) } else { jiff::Timestamp::from_second(n) };
    found.ok()
}

fn formatted(at: &Zoned, format: &str, language: Option<&Language>) -> String {
    let mut made = String::new();
    let mut rest = format;
    while let Some(start) = rest.find('%') {
        made.push_str(&rest[..start]);
        let directive = &rest[start..];
        let flags = directive[1..].find(|c: char| !matches!(c, '-' | '_' | '^' | '#' | ':' | '0'..='9')).map(|at| at + 1);
        let Some((at_letter, letter)) = flags.and_then(|at| directive[at..].chars().next().map(|c| (at, c))) else {
            rest = directive;
            break;
        };
        let end = at_letter + letter.len_utf8();
        made.push_str(&one(at, &directive[..end], letter, language));
        rest = &directive[end..];
    }
    made.push_str(rest);
    made
}

/// One `%` pattern; what is unknown stays as it was written.
fn one(at: &Zoned, directive: &str, letter: char, language: Option<&Language>) -> String {
    let month = usize::from(at.month().unsigned_abs()).saturating_sub(1);
    let day = usize::from(at.weekday().to_sunday_zero_offset().unsigned_abs());
    let name = language.and_then(|language| match letter {
        'A' => language.days.get(day).map(|name| (*name).to_owned()),
        'a' => language.days.get(day).map(|name| language.short(name)),
        'B' => language.months.get(month).map(|name| (*name).to_owned()),
        'b' | 'h' => language.months.get(month).map(|name| language.short(name)),
        _ => None,
    });
    match (name, letter) {
        (Some(name), _) if directive.contains('^') => name.to_uppercase(),
        (Some(name), _) => name,
        (None, 'L') => format!("{:03}", at.millisecond()),
        (None, _) => strtime::format(directive, at).unwrap_or_else(|_| directive.to_owned()),
    }
}
