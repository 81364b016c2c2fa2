//! Where a person's clock may be: ranked evidence, and every zone that remains possible (R-QUIET-1).
//!
//! Declared beats recent behaviour beats billing address beats the number's prefix beats its country. The best evidence there is
//! counts alone; the others are kept in the record. A number says little, so it gives a *set* of zones, never one guess.

pub mod numbers;

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use model::contact::{Contact, ZoneSource};
use model::{AddressKey, AddressKind};
use serde::{Deserialize, Serialize};

pub use numbers::{countries_of, country_of, zones_of_country};

/// The database inside the program and never the machine's own, so that the same question has the same answer everywhere.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone with this IANA name.
#[must_use]
pub fn find(name: &str) -> Option<TimeZone> {
    DATABASE.get(name).ok()
}

/// One piece of evidence and the zones it leaves possible.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// `None`: nothing is known of the person, so the business's home countries stand in.
    pub source: Option<ZoneSource>,
    pub zones: Vec<String>,
}

/// All evidence, best first, and the countries that the address may belong to.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Candidates {
    pub evidence: Vec<Evidence>,
    pub countries: Vec<String>,
}

impl Candidates {
    /// The zones that the best evidence leaves possible. Never empty.
    #[must_use]
    pub fn zones(&self) -> Vec<String> {
        self.evidence.first().map_or_else(|| vec!["UTC".to_owned()], |e| e.zones.clone())
    }

    #[must_use]
    pub fn source(&self) -> Option<ZoneSource> {
        self.evidence.first().and_then(|e| e.source)
    }
}

/// Everything that is known about the clock of a contact when they are addressed here.
#[must_use]
pub fn candidates(contact: &Contact, address: Option<&AddressKey>, home_countries: &[String]) -> Candidates {
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut add = |source: Option<ZoneSource>, zones: Vec<String>| {
        let known: Vec<String> = zones.into_iter().filter(|z| find(z).is_some()).collect();
        if !known.is_empty() {
            evidence.push(Evidence { source, zones: known });
        }
    };
    let mut stored: Vec<_> = contact.zones.iter().collect();
    stored.sort_by_key(|e| (e.source, std::cmp::Reverse(e.at)));
    for told in stored {
        add(Some(told.source), vec![told.zone.clone()]);
    }
    // The address at hand first; a business-scoped id or an email says less than a number that the contact also has.
    let phone = address
        .filter(|a| a.kind == AddressKind::Phone)
        .or_else(|| contact.addresses.iter().map(|a| &a.key).find(|k| k.kind == AddressKind::Phone));
    if let Some(zones) = phone.and_then(|p| numbers::zones_of_prefix(&p.value)) {
        add(Some(ZoneSource::NumberPrefix), zones);
    }
    let mut countries = phone.map(|p| countries_of(&p.value)).unwrap_or_default();
    if countries.is_empty() {
        countries = address.into_iter().chain(contact.addresses.iter().map(|a| &a.key)).find_map(bsuid_country).into_iter().collect();
    }
    add(Some(ZoneSource::Country), all_zones(&countries));
    add(None, all_zones(home_countries));
    Candidates { evidence, countries }
}

/// A business-scoped id begins with the person's country: `US.1349…`.
fn bsuid_country(key: &AddressKey) -> Option<String> {
    let (country, _) = key.value.split_once('.').filter(|_| key.kind == AddressKind::Bsuid)?;
    (country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase())).then(|| country.to_owned())
}

fn all_zones(countries: &[String]) -> Vec<String> {
    let mut zones: Vec<String> = Vec::new();
    for zone in countries.iter().flat_map(|c| zones_of_country(c)) {
        if !zones.contains(zone) {
            zones.push(zone.clone());
        }
    }
    zones
}
