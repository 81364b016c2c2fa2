//! What a phone number says about country and zone. The tables are data with their source in their first lines.

use std::collections::BTreeMap;
use std::sync::LazyLock;

static COUNTRY_ZONES: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| rows(include_str!("../../data/country_zones.tsv")).map(|cols| (cols[0].to_owned(), words(cols[1]))).collect());

static CALLING_CODES: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| rows(include_str!("../../data/calling_codes.tsv")).map(|cols| (cols[0].to_owned(), words(cols[1]))).collect());

/// A country and the zones of one of its area codes.
type Area = ([String; 1], Vec<String>);

/// By area code.
static NANP: LazyLock<BTreeMap<String, Area>> = LazyLock::new(|| {
    rows(include_str!("../../data/nanp.tsv"))
        .flat_map(|cols| words(cols[2]).into_iter().map(move |code| (code, ([cols[0].to_owned()], words(cols[1])))))
        .collect()
});

/// Countries that are named by rule and not by a table.
static US: LazyLock<[String; 1]> = LazyLock::new(|| ["US".to_owned()]);
static KZ: LazyLock<[String; 1]> = LazyLock::new(|| ["KZ".to_owned()]);
static RU: LazyLock<[String; 1]> = LazyLock::new(|| ["RU".to_owned()]);

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).map(|l| l.split('\t').collect())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// Every zone in use in a country (ISO 3166-1). Empty for a country that is not known.
#[must_use]
pub fn zones_of_country(country: &str) -> &'static [String] {
    COUNTRY_ZONES.get(country).map_or(&[], Vec::as_slice)
}

/// The countries that an E.164 number may belong to, the likeliest first. Empty when its calling code is not known.
#[must_use]
pub fn countries_of(e164: &str) -> Vec<String> {
    of_number(e164).to_vec()
}

pub(super) fn of_number(e164: &str) -> &'static [String] {
    let Some(digits) = e164.strip_prefix('+') else { return &[] };
    if digits.starts_with('1') {
        // Toll-free and new area codes belong to nobody we know; the rules of the United States are the strictest of the plan.
        return digits.get(1..4).and_then(|area| NANP.get(area)).map_or(US.as_slice(), |(country, _)| country);
    }
    if digits.starts_with('7') {
        // Kazakhstan shares +7 with Russia and has 76 and 77.
        let kazakh = digits.starts_with("76") || digits.starts_with("77");
        return if kazakh { KZ.as_slice() } else { RU.as_slice() };
    }
    (1..=3).rev().find_map(|len| CALLING_CODES.get(digits.get(..len)?)).map(Vec::as_slice).unwrap_or_default()
}

/// The likeliest country of a number: for prices and for people.
#[must_use]
pub fn country_of(e164: &str) -> Option<String> {
    of_number(e164).first().cloned()
}

/// Zones that the number's prefix leaves possible, where the prefix says more than the country does.
pub(super) fn zones_of_prefix(e164: &str) -> Option<&'static [String]> {
    let area = e164.strip_prefix("+1")?.get(..3)?;
    NANP.get(area).map(|(_, zones)| zones.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_the_tables_exists() {
        let of_countries = COUNTRY_ZONES.values().flatten();
        for zone in of_countries.chain(NANP.values().flat_map(|(_, zones)| zones)) {
            assert!(super::super::find(zone).is_some(), "{zone}");
        }
        // The zones of one country are taken as they stand.
        assert!(COUNTRY_ZONES.values().all(|zones| zones.iter().collect::<std::collections::BTreeSet<_>>().len() == zones.len()));
        assert!(COUNTRY_ZONES.len() > 240 && CALLING_CODES.len() > 190 && NANP.len() > 400);
        let mapped: Vec<&String> = CALLING_CODES.values().flatten().filter(|c| zones_of_country(c).is_empty()).collect();
        // Ascension, Kosovo and Tristan da Cunha have calling codes and no row in the zone table.
        assert!(mapped.len() <= 4, "{mapped:?}");
    }

    #[test]
    fn numbers_name_their_country() {
        for (number, country) in [
            ("+12125550123", "US"),
            ("+14165550123", "CA"),
            ("+18095550123", "DO"),
            ("+18885550123", "US"),
            ("+447700900123", "GB"),
            ("+77011234567", "KZ"),
            ("+79161234567", "RU"),
            ("+351912345678", "PT"),
            ("+5511961234567", "BR"),
        ] {
            assert_eq!(country_of(number).as_deref(), Some(country), "{number}");
        }
        assert_eq!(country_of("nonsense"), None);
    }
}
