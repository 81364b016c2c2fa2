//! Time zones by name or offset.

use jiff::tz::{Offset, TimeZone};

/// Reads an IANA name (`Europe/Madrid`), `UTC` / `Z`, or an offset (`+02:00`, `-0530`, `+2`).
#[must_use]
pub fn parse_zone(text: &str) -> Option<TimeZone> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
        return Some(TimeZone::UTC);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return model::zone::find(text),
    };
    let body = text.get(1..)?;
    if !body.bytes().all(|b| b.is_ascii_digit() || b == b':') {
        return None;
    }
    let (hours, minutes) = match (body.split_once(':'), body.len()) {
        (Some((hours, minutes)), 5) => (hours, minutes),
        (None, 1 | 2) => (body, "0"),
        (None, 4) => body.split_at(2),
        _ => return None,
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok().map(TimeZone::fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_offsets_are_zones() {
        for zone in ["Europe/Madrid", "UTC", "+02:00", "-0530", "+2", "Z"] {
            assert!(parse_zone(zone).is_some(), "{zone}");
        }
        for zone in ["", "Mars/Olympus", "+99:00", "+1:2:3:4", "+é"] {
            assert!(parse_zone(zone).is_none(), "{zone}");
        }
    }
}
