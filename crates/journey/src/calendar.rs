//! Calendar delays: a local time of day, some local days ahead (R-WAIT-2).

use jiff::civil::Time;
use jiff::tz::{AmbiguousOffset, TimeZone};
use model::Timestamp;

/// The first moment at which the clock of `zone` shows `time`, on the local day `days` after that of `from` or later, and not
/// before `from`. A time that the zone skips on that day becomes the first valid moment after the gap; a time that it shows
/// twice, the first of the two.
pub(crate) fn next_at(from: Timestamp, time: Time, days: u32, zone: &TimeZone) -> Timestamp {
    let today = zone.to_datetime(from.to_jiff()).date();
    // The second candidate is for "today" when the time has passed. A day beyond the calendar's end means never.
    for ahead in [i64::from(days), i64::from(days) + 1] {
        let Ok(date) = today.checked_add(jiff::Span::new().days(ahead)) else { return Timestamp::MAX };
        let moment = moment_of(date.to_datetime(time), zone);
        if moment >= from {
            return moment;
        }
    }
    Timestamp::MAX
}

fn moment_of(local: jiff::civil::DateTime, zone: &TimeZone) -> Timestamp {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let offset = ambiguous.offset();
    let compatible = ambiguous.compatible().unwrap_or(jiff::Timestamp::MAX);
    match offset {
        AmbiguousOffset::Gap { .. } => {
            // "Compatible" pushes the time beyond the gap by the gap's length; the transition before it is the gap's end.
            let gap_end = zone.preceding(compatible).next().map_or(compatible, |transition| transition.timestamp());
            gap_end.into()
        }
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => compatible.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(from: &str, time: &str, days: u32, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        next_at(Timestamp::parse(from).unwrap(), time.parse().unwrap(), days, &zone).to_string()
    }

    #[test]
    fn r_wait_2_a_passed_time_is_tomorrow() {
        assert_eq!(at("2026-06-01T12:59:59Z", "15:00", 0, "Europe/Madrid"), "2026-06-01T13:00:00.000Z");
        assert_eq!(at("2026-06-01T13:00:00Z", "15:00", 0, "Europe/Madrid"), "2026-06-01T13:00:00.000Z");
        assert_eq!(at("2026-06-01T13:00:01Z", "15:00", 0, "Europe/Madrid"), "2026-06-02T13:00:00.000Z");
        assert_eq!(at("2026-06-01T13:00:01Z", "15:00", 1, "Europe/Madrid"), "2026-06-02T13:00:00.000Z");
    }

    #[test]
    fn r_wait_2_local_days_are_the_days_of_the_zone() {
        // 23:30 UTC is already the 2nd in Madrid, so one local day later is the 3rd.
        assert_eq!(at("2026-06-01T23:30:00Z", "09:00", 1, "Europe/Madrid"), "2026-06-03T07:00:00.000Z");
        assert_eq!(at("2026-06-01T23:30:00Z", "09:00", 1, "America/New_York"), "2026-06-02T13:00:00.000Z");
    }

    #[test]
    fn r_wait_2_a_skipped_time_is_the_first_valid_moment_after() {
        // Madrid skips 02:00-03:00 on 2026-03-29; 02:30 becomes 03:00 local = 01:00Z.
        assert_eq!(at("2026-03-28T12:00:00Z", "02:30", 1, "Europe/Madrid"), "2026-03-29T01:00:00.000Z");
    }

    #[test]
    fn r_wait_2_a_doubled_time_is_its_first_occurrence() {
        // Madrid shows 02:30 twice on 2026-10-25: 00:30Z (summer) and 01:30Z (winter).
        assert_eq!(at("2026-10-24T12:00:00Z", "02:30", 1, "Europe/Madrid"), "2026-10-25T00:30:00.000Z");
    }
}
