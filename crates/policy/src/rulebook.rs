//! The rulebook: everything about the gate that a workspace may set, with defaults that are strict.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::time;
use model::broadcast::GuardSettings;
use model::{Currency, Millis, Purpose};
use serde::{Deserialize, Serialize};

use crate::alarm::Alarm;
use crate::caps::Cap;
use crate::consent::{ConsentModels, RevocationScope};
use crate::contest::ContestSettings;
use crate::history::LONGEST;
use crate::links::LinkRules;
use crate::pace::Pace;
use crate::price::RateTable;
use crate::quiet_hours::QuietHours;
use crate::repeat::RepeatSettings;
use crate::zones::zones_of_country;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rulebook {
    /// Written into every decision.
    pub version: String,
    pub consent: ConsentModels,
    /// How far a STOP reaches.
    pub stop_scope: RevocationScope,
    pub quiet_hours: Vec<QuietHours>,
    pub caps: Vec<Cap>,
    /// When operators are told that somebody gets too much of what is not capped (R-CAP-4).
    pub alarms: Vec<Alarm>,
    /// Who goes when several promotions want one person at once (R-PRIO-1).
    pub contest: ContestSettings,
    /// What is the same offer from two authors (R-DEDUP-3).
    pub repeat: RepeatSettings,
    /// Kept free before a WhatsApp window closes, milliseconds.
    pub window_margin: Millis,
    /// For messages whose author says nothing, by purpose, milliseconds. A purpose that is absent has no limit.
    pub default_max_lateness: BTreeMap<Purpose, Millis>,
    /// How long a held message waits before the gate is asked again, milliseconds.
    pub hold_recheck: Millis,
    pub rates: Vec<RateTable>,
    /// Countries (ISO 3166-1) to assume when nothing is known about where a person is.
    pub home_countries: Vec<String>,
    pub currency: Currency,
    /// When a broadcast counts as large, and what stops it by itself (A30).
    pub broadcasts: GuardSettings,
    /// Limits that senders share, beside those of each number (R-RATE-1).
    pub paces: Vec<Pace>,
    /// Different people whom templates may go to in 24 hours over all WhatsApp numbers; absent for what the provider last reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people_per_day: Option<u32>,
    /// Whether somebody other than its author must have approved a template before the provider is asked (R-TPL-1).
    #[serde(skip_serializing_if = "is_not")]
    pub templates_need_approval: bool,
    /// Links of texts that lead through a domain of the business; none until somebody wants it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<LinkRules>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_not(value: &bool) -> bool {
    !*value
}

impl Default for Rulebook {
    fn default() -> Self {
        Self {
            version: "default".to_owned(),
            consent: ConsentModels::default(),
            stop_scope: RevocationScope::default(),
            // The federal hours of the United States (47 CFR 64.1200(c)(1): 8 a.m. to 9 p.m.), which suit most other places too.
            quiet_hours: vec![QuietHours {
                name: "night".to_owned(),
                purposes: vec![Purpose::Promotional],
                channels: Vec::new(),
                countries: Vec::new(),
                from: time(21, 0, 0, 0),
                to: time(8, 0, 0, 0),
                days: Vec::new(),
                dates: Vec::new(),
                effective_from: None,
                effective_until: None,
            }],
            caps: vec![
                Cap {
                    name: "day".to_owned(),
                    purposes: vec![Purpose::Promotional],
                    channels: Vec::new(),
                    limit: 1,
                    window: Millis::from_hours(24),
                },
                Cap {
                    name: "week".to_owned(),
                    purposes: vec![Purpose::Promotional],
                    channels: Vec::new(),
                    limit: 3,
                    window: Millis::from_days(7),
                },
            ],
            alarms: Alarm::defaults(),
            contest: ContestSettings::default(),
            repeat: RepeatSettings::default(),
            window_margin: Millis::from_secs(60),
            default_max_lateness: BTreeMap::from([
                (Purpose::Promotional, Millis::from_hours(24)),
                (Purpose::Transactional, Millis::from_hours(24)),
                (Purpose::Service, Millis::from_hours(24)),
                (Purpose::Authentication, Millis::from_mins(10)),
            ]),
            hold_recheck: Millis::from_hours(1),
            rates: Vec::new(),
            home_countries: Vec::new(),
            currency: Currency::EUR,
            broadcasts: GuardSettings::default(),
            paces: Vec::new(),
            people_per_day: None,
            templates_need_approval: false,
            links: None,
        }
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{pointer}: {detail}")]
pub struct RulebookError {
    /// JSON pointer into the rulebook: `/caps/0/window`.
    pub pointer: String,
    pub detail: String,
}

impl Rulebook {
    /// Everything that is wrong with the rulebook; empty when it may be used.
    #[must_use]
    pub fn validate(&self) -> Vec<RulebookError> {
        let mut errors = Vec::new();
        let mut fail = |pointer: String, detail: &str| errors.push(RulebookError { pointer, detail: detail.to_owned() });
        for (i, cap) in self.caps.iter().enumerate() {
            if cap.window <= Millis::ZERO || cap.window > LONGEST {
                fail(format!("/caps/{i}/window"), "a cap's window is between a moment and 90 days");
            }
            if cap.purposes.is_empty() {
                fail(format!("/caps/{i}/purposes"), "name at least one purpose");
            }
            // R-CAP-4: what is promotional must never use up the room of what is not.
            if cap.purposes.contains(&Purpose::Promotional) && cap.purposes.len() > 1 {
                fail(format!("/caps/{i}/purposes"), "a cap on promotional messages cannot count other purposes as well; write two caps");
            }
        }
        for (i, quiet) in self.quiet_hours.iter().enumerate() {
            for (j, country) in quiet.countries.iter().enumerate().filter(|(_, c)| zones_of_country(c).is_empty()) {
                fail(format!("/quiet_hours/{i}/countries/{j}"), &format!("`{country}` is not a country code such as US"));
            }
            if quiet.from == quiet.to && quiet.days.is_empty() && quiet.dates.is_empty() {
                fail(format!("/quiet_hours/{i}/to"), "quiet all day on every day leaves no time to send; name days or dates");
            }
        }
        for (i, country) in self.home_countries.iter().enumerate().filter(|(_, c)| zones_of_country(c).is_empty()) {
            fail(format!("/home_countries/{i}"), &format!("`{country}` is not a country code such as US"));
        }
        if self.window_margin < Millis::ZERO || self.window_margin > Millis::from_hours(1) {
            fail("/window_margin".to_owned(), "the margin is between 0 and one hour");
        }
        if self.hold_recheck < Millis::from_mins(1) {
            fail("/hold_recheck".to_owned(), "at least one minute");
        }
        let mut named = BTreeSet::new();
        for (i, alarm) in self.alarms.iter().enumerate() {
            if let Some((name, fault)) = alarm.fault() {
                fail(format!("/alarms/{i}/{name}"), fault);
            }
            if !named.insert(&alarm.name) {
                fail(format!("/alarms/{i}/name"), "there is another alarm of this name");
            }
        }
        if let Some((name, fault)) = self.contest.fault() {
            fail(format!("/contest/{name}"), fault);
        }
        if let Some((name, fault)) = self.repeat.fault() {
            fail(format!("/repeat/{name}"), fault);
        }
        let mut paced = BTreeSet::new();
        for (i, pace) in self.paces.iter().enumerate() {
            if let Some(fault) = pace.fault() {
                fail(format!("/paces/{i}"), fault);
            }
            if !paced.insert(&pace.of) {
                fail(format!("/paces/{i}/of"), "there is another pace for the same");
            }
        }
        if let Some((name, fault)) = self.links.as_ref().and_then(LinkRules::fault) {
            fail(format!("/links/{name}"), fault);
        }
        if self.people_per_day == Some(0) {
            fail("/people_per_day".to_owned(), "at least 1; leave it out for what the provider reported");
        }
        let guard = &self.broadcasts;
        for (name, share) in [
            ("canary_share", guard.canary_share),
            ("opt_outs_max", guard.opt_outs_max),
            ("complaints_max", guard.complaints_max),
            ("failures_max", guard.failures_max),
        ] {
            if share > 10_000 {
                fail(format!("/broadcasts/{name}"), "a share is in hundredths of a percent: at most 10000");
            }
        }
        if guard.canary_share == 0 || guard.canary_wait < Millis::ZERO {
            fail("/broadcasts".to_owned(), "a canary needs a share of at least 1 and a wait that is not negative");
        }
        let mut seen = BTreeSet::new();
        for (i, table) in self.rates.iter().enumerate() {
            if !seen.insert((table.channel, table.currency)) {
                fail(format!("/rates/{i}"), "there is another table for this channel and currency; put new rates into it with their date");
            }
            if crate::zones::find(&table.time_zone).is_none() {
                fail(format!("/rates/{i}/time_zone"), "not an IANA time zone such as Europe/Lisbon");
            }
        }
        errors
    }
}
