//! Parts of times and durations.

use jiff::tz::TimeZone;
use model::{Millis, Timestamp};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    FullYear,
    Month,
    Date,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
}

impl Part {
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "getFullYear" => Self::FullYear,
            "getMonth" => Self::Month,
            "getDate" => Self::Date,
            "getDayOfMonth" => Self::DayOfMonth,
            "getDayOfWeek" => Self::DayOfWeek,
            "getDayOfYear" => Self::DayOfYear,
            "getHours" => Self::Hours,
            "getMinutes" => Self::Minutes,
            "getSeconds" => Self::Seconds,
            "getMilliseconds" => Self::Milliseconds,
            _ => return None,
        })
    }

    pub fn of_time(self, at: Timestamp, zone: TimeZone) -> i64 {
        let local = at.to_jiff().to_zoned(zone);
        match self {
            Self::FullYear => i64::from(local.year()),
            // CEL counts months, days of the month and days of the year from 0.
            Self::Month => i64::from(local.month()) - 1,
            Self::Date => i64::from(local.day()),
            Self::DayOfMonth => i64::from(local.day()) - 1,
            Self::DayOfWeek => i64::from(local.weekday().to_sunday_zero_offset()),
            Self::DayOfYear => i64::from(local.day_of_year()) - 1,
            Self::Hours => i64::from(local.hour()),
            Self::Minutes => i64::from(local.minute()),
            Self::Seconds => i64::from(local.second()),
            Self::Milliseconds => i64::from(local.millisecond()),
        }
    }

    /// A duration in whole units of the part, towards zero (the milliseconds within the second, as CEL has it); `None` for
    /// parts of a calendar.
    pub fn of_duration(self, span: Millis) -> Option<i64> {
        Some(match self {
            Self::Hours => span.0 / 3_600_000,
            Self::Minutes => span.0 / 60_000,
            Self::Seconds => span.0 / 1_000,
            Self::Milliseconds => span.0 % 1_000,
            _ => return None,
        })
    }
}
