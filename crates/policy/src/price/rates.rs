//! Rate tables: data with dates, imported from the provider's own lists, never code.

use jiff::civil::Date;
use model::{Channel, Currency, Timestamp};
use serde::{Deserialize, Serialize};

/// The rates of one channel in one currency.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateTable {
    /// Where it comes from; shown with every price.
    pub name: String,
    pub channel: Channel,
    pub currency: Currency,
    /// The billing account's zone: rates change at its midnight.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// Free-form messages a number may send for free in a calendar month (WhatsApp: 1,000 since October 2026).
    #[serde(default = "free_service_messages")]
    pub free_service_messages: u32,
    pub rates: Vec<Rate>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// ISO 3166-1, or `*` for every country without a row of its own.
    pub country: String,
    /// `marketing`, `utility`, `authentication`, `sms`, …
    pub category: String,
    pub effective_from: Date,
    /// Millionths of the currency's unit, for each message or part.
    pub micros: i64,
}

/// Example tables with round numbers, for the demo and for tests: the JSON of a list of [`RateTable`]. They are nobody's prices.
pub const SAMPLE_RATES_JSON: &str = include_str!("../../data/sample_rates.json");

fn utc() -> String {
    "UTC".to_owned()
}

const fn free_service_messages() -> u32 {
    1_000
}

impl RateTable {
    pub(super) fn local_date(&self, at: Timestamp) -> Date {
        let zone = crate::zones::find(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        zone.to_datetime(at.to_jiff()).date()
    }

    /// The rate in force on a day: the country's own row before the one for the rest, the newest that has begun.
    pub(super) fn rate(&self, country: Option<&str>, category: &str, day: Date) -> Option<&Rate> {
        let newest = |wanted: &str| {
            let fits = |r: &&Rate| r.country == wanted && r.category == category && r.effective_from <= day;
            self.rates.iter().filter(fits).max_by_key(|r| r.effective_from)
        };
        country.and_then(newest).or_else(|| newest("*"))
    }

    /// The table with only the rows that one country can use.
    pub(super) fn only(&self, country: Option<&str>) -> Self {
        let rates = self.rates.iter().filter(|r| r.country == "*" || Some(r.country.as_str()) == country).cloned().collect();
        Self { rates, ..self.clone() }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {detail}")]
pub struct RateError {
    pub line: usize,
    pub detail: String,
}

/// Reads rates from lines of `country,category,effective_from,currency,amount`, such as `PT,utility,2026-10-01,EUR,0.0200`.
/// A first line with these names is skipped, empty lines too. All lines must be in the same currency.
pub fn import_csv(name: &str, channel: Channel, text: &str) -> Result<RateTable, RateError> {
    let mut currency: Option<Currency> = None;
    let mut rates = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let fail = |detail: String| RateError { line: i + 1, detail };
        let columns: Vec<&str> = line.split(',').map(|c| c.trim().trim_matches('"')).collect();
        let &[country, category, from, money, amount] = columns.as_slice() else {
            return Err(fail("expected country,category,effective_from,currency,amount".to_owned()));
        };
        if country.eq_ignore_ascii_case("country") {
            continue;
        }
        if country != "*" && crate::zones::zones_of_country(country).is_empty() {
            return Err(fail(format!("`{country}` is not a country code such as PT, nor *")));
        }
        let read: Currency = money.parse().map_err(|e: model::money::CurrencyError| fail(e.to_string()))?;
        if *currency.get_or_insert(read) != read {
            return Err(fail("one table has one currency; import the other separately".to_owned()));
        }
        rates.push(Rate {
            country: country.to_owned(),
            category: category.to_lowercase(),
            effective_from: from.parse().map_err(|_| fail(format!("`{from}` is not a date such as 2026-10-01")))?,
            micros: micros(amount).ok_or_else(|| fail(format!("`{amount}` is not an amount such as 0.0200")))?,
        });
    }
    let currency = currency.ok_or(RateError { line: 1, detail: "there is no rate in it".to_owned() })?;
    Ok(RateTable { name: name.to_owned(), channel, currency, time_zone: utc(), free_service_messages: free_service_messages(), rates })
}

/// A decimal with at most six places, exactly.
fn micros(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 6 {
        return None;
    }
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(part)
}
