//! Time zones by name, from the database inside the program and never the machine's own, so that the same question has the same answer
//! everywhere.

use std::collections::BTreeMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use jiff::tz::{TimeZone, TimeZoneDatabase};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Zones that were asked for, as they were written. A look-up in the database itself costs as much as all of a step's other work.
static KNOWN: RwLock<BTreeMap<Box<str>, TimeZone>> = RwLock::new(BTreeMap::new());

/// There are about 600 names. Names may be written in any case, so a bound is needed.
const KNOWN_MAX: usize = 1_024;

/// The zone with this IANA name.
#[must_use]
pub fn find(name: &str) -> Option<TimeZone> {
    if let Some(zone) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(name) {
        return Some(zone.clone());
    }
    let zone = DATABASE.get(name).ok()?;
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() < KNOWN_MAX {
        known.insert(name.into(), zone.clone());
    }
    Some(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_by_its_name_in_any_case_and_again() {
        for _ in 0..2 {
            assert_eq!(find("Europe/Lisbon").as_ref().and_then(TimeZone::iana_name), Some("Europe/Lisbon"));
            assert_eq!(find("europe/lisbon").as_ref().and_then(TimeZone::iana_name), Some("Europe/Lisbon"));
            assert_eq!(find("Mars/Olympus"), None);
        }
    }
}
