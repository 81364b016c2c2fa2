//! The one way in which we write a moment: `2026-11-22T09:30:00.123Z`. Every record holds several, so it is written and read without the
//! general machinery; any other spelling of RFC 3339 is left to that.

use crate::Timestamp;

/// Characters of the text.
pub(crate) const LENGTH: usize = 24;

const DAY: i64 = 86_400_000;
/// 0001-01-01 and the end of what the calendar library can hold, as milliseconds: years of four digits.
const FIRST: i64 = -62_135_596_800_000;
const END: i64 = Timestamp::MAX.as_millis() + 1_000;

/// Year, month and day of a day since 1970-01-01, by the proleptic Gregorian calendar (H. Hinnant, `civil_from_days`).
const fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + (month <= 2) as i64, month, day)
}

/// The way back (`days_from_civil`).
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = year - (month <= 2) as i64;
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// `None` for years that do not have four digits.
pub(crate) fn write(at: Timestamp, room: &mut [u8; LENGTH]) -> Option<&str> {
    let ms = at.as_millis();
    if !(FIRST..END).contains(&ms) {
        return None;
    }
    let (year, month, day) = civil(ms.div_euclid(DAY));
    let rest = ms.rem_euclid(DAY);
    room.copy_from_slice(b"0000-00-00T00:00:00.000Z");
    for (start, end, mut number) in [
        (0, 4, year),
        (5, 7, month),
        (8, 10, day),
        (11, 13, rest / 3_600_000),
        (14, 16, rest / 60_000 % 60),
        (17, 19, rest / 1_000 % 60),
        (20, 23, rest % 1_000),
    ] {
        for digit in room[start..end].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
    }
    std::str::from_utf8(room).ok()
}

/// `None` for every other spelling, and for days that do not exist.
pub(crate) fn read(text: &[u8]) -> Option<Timestamp> {
    let text: &[u8; LENGTH] = text.try_into().ok()?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (23, b'Z')];
    if marks.iter().any(|(place, mark)| text[*place] != *mark) {
        return None;
    }
    let number = |start: usize, end: usize| {
        text[start..end].iter().try_fold(0, |n, byte| byte.is_ascii_digit().then(|| n * 10 + i64::from(byte - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second, millis) = (number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 23)?);
    if hour > 23 || minute > 59 || second > 59 || !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let date = days(year, month, day);
    // A day that the month does not have would come back as one of the next month.
    let exists = civil(date) == (year, month, day);
    let ms = date * DAY + hour * 3_600_000 + minute * 60_000 + second * 1_000 + millis;
    (exists && (FIRST..END).contains(&ms)).then(|| Timestamp::from_millis(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_jiff(ms: i64) -> String {
        format!("{:.3}", Timestamp::from_millis(ms).to_jiff())
    }

    #[test]
    fn it_writes_and_reads_what_the_calendar_library_does() {
        let mut ms = FIRST;
        let mut step = 1_234_567_891_i64;
        while ms < Timestamp::MAX.as_millis() {
            let at = Timestamp::from_millis(ms);
            let text = write(at, &mut [0; LENGTH]).unwrap().to_owned();
            assert_eq!(text, by_jiff(ms));
            assert_eq!(read(text.as_bytes()), Some(at));
            step = step % 9_000_000_000 + 77_777_777;
            ms += step;
        }
    }

    #[test]
    fn ends_of_days_months_and_leap_years_are_exact() {
        for text in [
            "2000-02-29T23:59:59.999Z",
            "1900-03-01T00:00:00.000Z",
            "2024-12-31T23:59:59.999Z",
            "1969-12-31T23:59:59.999Z",
            "0001-01-01T00:00:00.000Z",
        ] {
            let at = read(text.as_bytes()).unwrap();
            assert_eq!(write(at, &mut [0; LENGTH]), Some(text));
            assert_eq!(text.parse::<jiff::Timestamp>().unwrap().as_millisecond(), at.as_millis());
        }
    }

    #[test]
    fn days_that_do_not_exist_and_other_spellings_are_left_alone() {
        for text in [
            "2023-02-29T00:00:00.000Z",
            "2026-13-01T00:00:00.000Z",
            "2026-11-22T24:00:00.000Z",
            "2026-11-22T09:30:00Z",
            "2026-11-22 09:30:00.000Z",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
