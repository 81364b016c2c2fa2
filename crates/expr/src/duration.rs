//! Spans of time as people and CEL write them: `36h`, `1h30m`, `1d 2h30m`, `1.5h`, `-90s`.

use model::Millis;

#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum DurationError {
    #[error("a duration is missing; write one such as 36h, 1h30m or 7d")]
    Empty,
    #[error("`{0}` is not a duration; write numbers with units w, d, h, m, s or ms, such as 36h, 1h30m or 7d")]
    Syntax(String),
    #[error("`{0}` is longer than a duration can be")]
    TooLong(String),
}

/// Reads numbers with units `w d h m s ms` (also `us` and `ns`, which round down to whole milliseconds), with or without
/// blanks between them, decimals allowed (`1.5h`), one sign in front. A day is 24 hours here: local days are the business
/// of whoever adds them to a local date.
///
/// # Errors
/// When the text is empty, is something else, or does not fit 64-bit milliseconds.
pub fn parse_duration(text: &str) -> Result<Millis, DurationError> {
    let trimmed = text.trim();
    let (negative, mut rest) = match trimmed.as_bytes().first() {
        None => return Err(DurationError::Empty),
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        Some(_) => (false, trimmed),
    };
    if rest == "0" {
        return Ok(Millis::ZERO);
    }
    let syntax = || DurationError::Syntax(shortened(text));
    let too_long = || DurationError::TooLong(shortened(text));
    let mut nanos: i128 = 0;
    if rest.is_empty() {
        return Err(syntax());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(syntax)?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let unit_end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let scale: i128 = match unit {
            "w" => 604_800_000_000_000,
            "d" => 86_400_000_000_000,
            "h" => 3_600_000_000_000,
            "m" => 60_000_000_000,
            "s" => 1_000_000_000,
            "ms" => 1_000_000,
            "us" => 1_000,
            "ns" => 1,
            _ => return Err(syntax()),
        };
        nanos = nanos.checked_add(scaled(number, scale).ok_or_else(syntax)?).ok_or_else(too_long)?;
        rest = after.trim_start();
    }
    let ms = i64::try_from(nanos / 1_000_000).map_err(|_| too_long())?;
    Ok(Millis(if negative { -ms } else { ms }))
}

/// `number` times `scale`, where the number may have decimals; exact.
fn scaled(number: &str, scale: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || whole.len() > 18 || fraction.len() > 12 || fraction.contains('.') {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let tens = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    whole.checked_mul(scale)?.checked_add(part.checked_mul(scale)? / tens)
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// CEL's text of a duration: seconds, with a fraction only where there is one.
pub(crate) fn cel_text(span: Millis) -> String {
    let sign = if span.0 < 0 { "-" } else { "" };
    let ms = span.0.unsigned_abs();
    let (secs, rest) = (ms / 1000, ms % 1000);
    if rest == 0 {
        return format!("{sign}{secs}s");
    }
    let fraction = format!("{rest:03}");
    format!("{sign}{secs}.{}s", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_cel_write_the_same_spans() {
        for (text, ms) in [
            ("36h", 36 * 3_600_000),
            ("90m", 5_400_000),
            ("1h30m", 5_400_000),
            ("1d 2h30m", 95_400_000),
            ("7d", 604_800_000),
            ("1.5h", 5_400_000),
            ("250ms", 250),
            ("-1h", -3_600_000),
            ("0", 0),
            ("2 d", 172_800_000),
        ] {
            assert_eq!(parse_duration(text), Ok(Millis(ms)), "{text}");
        }
        for text in ["", "h", "5", "5 parsecs", "1..5h", "-", "99999999999999999999d", "1h-2m"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_text_of_a_span_reads_as_the_span() {
        for ms in [0, 1, -1, 1500, 86_400_000, -90_010] {
            assert_eq!(parse_duration(&cel_text(Millis(ms))), Ok(Millis(ms)));
        }
    }

    #[test]
    fn a_length_as_model_prints_it_is_read_back() {
        let span = Millis(93_784_005);
        assert_eq!(parse_duration(&span.to_string()), Ok(span));
    }
}
