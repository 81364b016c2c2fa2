//! Where a person's clock may be: ranked evidence, and every zone that remains possible (R-QUIET-1).
//!
//! Declared beats recent behaviour beats billing address beats the number's prefix beats its country. The best evidence there is
//! counts alone; the others are kept in the record. A number says little, so it gives a *set* of zones, never one guess.

pub mod numbers;

use std::borrow::Cow;
use std::sync::LazyLock;

use model::contact::{Contact, ZoneEvidence, ZoneSource};
pub use model::zone::find;
use model::{AddressKey, AddressKind};
use serde::{Deserialize, Serialize};

pub use numbers::{countries_of, country_of, zones_of_country};

/// Names, mostly from the tables inside the program.
pub type Names = Cow<'static, [String]>;

static UTC: LazyLock<[String; 1]> = LazyLock::new(|| ["UTC".to_owned()]);

/// One piece of evidence and the zones it leaves possible.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// `None`: nothing is known of the person, so the business's home countries stand in.
    pub source: Option<ZoneSource>,
    pub zones: Names,
}

/// All evidence, best first, and the countries that the address may belong to.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Candidates {
    pub evidence: Vec<Evidence>,
    pub countries: Names,
}

impl Candidates {
    /// The zones that the best evidence leaves possible. Never empty.
    #[must_use]
    pub fn zones(&self) -> &[String] {
        self.evidence.first().map_or(UTC.as_slice(), |e| &e.zones)
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
    let mut add = |source: Option<ZoneSource>, zones: Names| {
        if !zones.is_empty() {
            evidence.push(Evidence { source, zones });
        }
    };
    for told in told(contact) {
        add(Some(told.source), Cow::Owned(vec![told.zone.clone()]));
    }
    let phone = phone(contact, address);
    if let Some(zones) = phone.and_then(|p| numbers::zones_of_prefix(&p.value)) {
        add(Some(ZoneSource::NumberPrefix), Cow::Borrowed(zones));
    }
    let countries = countries_at(contact, address, phone);
    add(Some(ZoneSource::Country), all_zones(&countries));
    add(None, all_zones(home_countries));
    Candidates { evidence, countries }
}

/// The first zone that the best evidence leaves possible: where the person's times are shown. The same as the first of [`candidates`], without
/// the evidence that does not count.
#[must_use]
pub fn likeliest<'a>(contact: &'a Contact, home_countries: &[String]) -> &'a str {
    if let Some(told) = told(contact).first() {
        return &told.zone;
    }
    let phone = phone(contact, None);
    let of_prefix = phone.and_then(|p| numbers::zones_of_prefix(&p.value)).and_then(<[String]>::first);
    let of_country = || first_zone(&countries_at(contact, None, phone));
    of_prefix.or_else(of_country).or_else(|| first_zone(home_countries)).map_or("UTC", String::as_str)
}

/// What was told or seen, best first. A zone that does not exist says nothing.
fn told(contact: &Contact) -> Vec<&ZoneEvidence> {
    let mut stored: Vec<_> = contact.zones.iter().filter(|told| find(&told.zone).is_some()).collect();
    stored.sort_by_key(|e| (e.source, std::cmp::Reverse(e.at)));
    stored
}

/// The address at hand first; a business-scoped id or an email says less than a number that the contact also has.
fn phone<'a>(contact: &'a Contact, address: Option<&'a AddressKey>) -> Option<&'a AddressKey> {
    address
        .filter(|a| a.kind == AddressKind::Phone)
        .or_else(|| contact.addresses.iter().map(|a| &a.key).find(|k| k.kind == AddressKind::Phone))
}

/// The countries that an address may belong to, as in [`candidates`].
#[must_use]
pub fn countries(contact: &Contact, address: Option<&AddressKey>) -> Names {
    countries_at(contact, address, phone(contact, address))
}

fn countries_at(contact: &Contact, address: Option<&AddressKey>, phone: Option<&AddressKey>) -> Names {
    let of_phone = phone.map(|p| numbers::of_number(&p.value)).unwrap_or_default();
    if !of_phone.is_empty() {
        return Cow::Borrowed(of_phone);
    }
    let keys = address.into_iter().chain(contact.addresses.iter().map(|a| &a.key));
    Cow::Owned(keys.filter_map(bsuid_country).take(1).collect())
}

/// A business-scoped id begins with the person's country: `US.1349…`.
fn bsuid_country(key: &AddressKey) -> Option<String> {
    let (country, _) = key.value.split_once('.').filter(|_| key.kind == AddressKind::Bsuid)?;
    (country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase())).then(|| country.to_owned())
}

fn all_zones(countries: &[String]) -> Names {
    if let [one] = countries {
        return Cow::Borrowed(zones_of_country(one));
    }
    let mut zones: Vec<String> = Vec::new();
    for zone in countries.iter().flat_map(|c| zones_of_country(c)) {
        if !zones.contains(zone) {
            zones.push(zone.clone());
        }
    }
    Cow::Owned(zones)
}

fn first_zone(countries: &[String]) -> Option<&'static String> {
    countries.iter().find_map(|country| zones_of_country(country).first())
}
