//! An SPF record (RFC 7208): whether there is one, whom it lets send, and whether receivers can read it to its end.

use std::collections::BTreeSet;

use super::names::{Names, NotAsked};

/// Lookups that a receiver makes for one mail; a record that needs more counts as none (§4.6.4).
const LOOKUPS_MAX: usize = 10;

/// What a domain says about who may send for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Spf {
    Missing,
    /// Two records count as none.
    Several,
    /// Includes what has no record, or needs more lookups than receivers make.
    TooManyLookups,
    /// `+all`: everybody in the world.
    Everybody,
    /// Ends without saying what to do with everybody else.
    Open,
    Good {
        lookups: usize,
    },
}

/// The one record of a domain.
pub(super) async fn read(names: &dyn Names, domain: &str) -> Result<Spf, NotAsked> {
    let record = match one(names, domain).await? {
        Ok(record) => record,
        Err(spf) => return Ok(spf),
    };
    let terms: Vec<String> = record.split_whitespace().skip(1).map(str::to_ascii_lowercase).collect();
    let all = terms.iter().find(|term| term.trim_start_matches(['+', '-', '~', '?']) == "all");
    let redirected = terms.iter().any(|term| term.starts_with("redirect="));
    let lookups = lookups(names, domain, terms.clone()).await?;
    Ok(match all.map(String::as_str) {
        _ if lookups > LOOKUPS_MAX => Spf::TooManyLookups,
        Some("all" | "+all") => Spf::Everybody,
        Some("?all") => Spf::Open,
        None if !redirected => Spf::Open,
        _ => Spf::Good { lookups },
    })
}

async fn one(names: &dyn Names, domain: &str) -> Result<Result<String, Spf>, NotAsked> {
    let texts = names.texts(domain).await?;
    let mut records =
        texts.into_iter().filter(|text| text.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("v=spf1")));
    Ok(match (records.next(), records.next()) {
        (None, _) => Err(Spf::Missing),
        (Some(_), Some(_)) => Err(Spf::Several),
        (Some(record), None) => Ok(record),
    })
}

/// How many lookups receivers make, through what is included; it stops counting when it is too many.
async fn lookups(names: &dyn Names, domain: &str, terms: Vec<String>) -> Result<usize, NotAsked> {
    let mut seen = BTreeSet::from([domain.to_ascii_lowercase()]);
    let mut waiting = vec![terms];
    let mut count = 0;
    while let Some(terms) = waiting.pop() {
        for term in terms {
            let term = term.trim_start_matches(['+', '-', '~', '?']);
            let name = term.split([':', '/', '=']).next().unwrap_or_default();
            if !matches!(name, "include" | "redirect" | "a" | "mx" | "ptr" | "exists") {
                continue;
            }
            count += 1;
            if count > LOOKUPS_MAX {
                return Ok(count);
            }
            let target = term.strip_prefix("include:").or_else(|| term.strip_prefix("redirect="));
            // What depends on the mail (`%{i}`) is looked up by receivers, and cannot be from here.
            if let Some(target) = target.filter(|target| !target.contains('%') && seen.insert((*target).to_owned())) {
                match one(names, target).await? {
                    Ok(record) => waiting.push(record.split_whitespace().skip(1).map(str::to_ascii_lowercase).collect()),
                    // To include what says nothing is an error to every receiver (§5.2).
                    Err(_) => return Ok(LOOKUPS_MAX + 1),
                }
            }
        }
    }
    Ok(count)
}
