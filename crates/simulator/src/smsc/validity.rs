//! How long a submission is worth anything (SMPP 3.4, section 7.1.1).

use model::{Millis, Timestamp};

/// The moment after which a text is not delivered any more. `None`: the centre's own time, which nobody waits for here. `Err` for what is no time.
pub(super) fn expires(text: &str, now: Timestamp) -> Result<Option<Timestamp>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let (digits, sign) = text.split_at_checked(15).ok_or(())?;
    if !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(());
    }
    let pair = |index: usize| digits[index * 2..index * 2 + 2].parse::<i64>().unwrap_or_default();
    let [year, month, day, hour, minute, second] = [0, 1, 2, 3, 4, 5].map(pair);
    let seconds = |days: i64| Millis::from_secs(days * 86_400 + hour * 3_600 + minute * 60 + second);
    // Quarters of an hour that the sender's clock is ahead of universal time.
    let ahead = Millis::from_mins(15 * digits[13..15].parse::<i64>().unwrap_or_default());
    let universal = || {
        let written = format!("20{year:02}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        Timestamp::parse(&written).map_err(|_| ())
    };
    match sign {
        "R" => Ok(Some(now + seconds(year * 365 + month * 30 + day))),
        "+" => Ok(Some(universal()? - ahead)),
        "-" => Ok(Some(universal()? + ahead)),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_from_now_or_by_a_clock_and_its_zone() {
        let now = Timestamp::parse("2026-11-22T10:00:00Z").expect("a time");
        let read = |text: &str| expires(text, now);
        let at = |text: &str| Ok(Some(Timestamp::parse(text).expect("a time")));
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("000000000130000R"), at("2026-11-22T10:01:30Z"));
        assert_eq!(read("000001020000000R"), at("2026-11-23T12:00:00Z"));
        assert_eq!(read("261122110000004+"), at("2026-11-22T10:00:00Z"));
        assert_eq!(read("261122110000004-"), at("2026-11-22T12:00:00Z"));
        for bad in ["R", "000000000130000", "000000000130000X", "00000000013000éR", "261322110000000+", "2611221100000000+"] {
            assert_eq!(read(bad), Err(()), "{bad}");
        }
    }
}
