//! Quiet hours: when a person may not be disturbed, by their own clock (R-QUIET-1 to R-QUIET-3).
//!
//! Where their zone is not certain, a message goes only when it is outside quiet hours in *every* zone that remains possible.
//! Release is not a flood: a deferred message only becomes ready, and the dispatcher's limiter paces it (R-LATE-3).

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use model::send_error::FallbackCause;
use model::{Channel, Millis, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

use crate::rule::{Finding, Rule};
use crate::zones::{self, Candidates};

/// How far ahead a free moment is looked for. Every pair of zones on Earth that shares an hour a day finds it sooner.
const HORIZON: Millis = Millis::from_days(8);

/// One rule of quiet hours: data with dates, so that a change of law is a new row and old decisions keep their old one (R-QUIET-2).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    pub name: String,
    /// Promotional when nothing is said.
    #[serde(default = "promotional")]
    pub purposes: Vec<Purpose>,
    /// Empty for all.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Countries (ISO 3166-1) of the address; empty for all.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Local time at which quiet begins: `21:00`.
    pub from: Time,
    /// Local time at which it ends, on the next day if not after `from`. Equal to `from`: a whole day.
    pub to: Time,
    /// Days on which it begins (`monday`); empty for every day.
    #[serde(default)]
    pub days: Vec<Day>,
    /// Holidays: when given, only these dates count.
    #[serde(default)]
    pub dates: Vec<Date>,
    /// First and last local date on which the rule holds.
    #[serde(default)]
    pub effective_from: Option<Date>,
    #[serde(default)]
    pub effective_until: Option<Date>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

fn promotional() -> Vec<Purpose> {
    vec![Purpose::Promotional]
}

impl Day {
    const fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

impl QuietHours {
    #[must_use]
    pub fn applies_to(&self, channel: Channel, purpose: Purpose, countries: &[String]) -> bool {
        self.purposes.contains(&purpose)
            && (self.channels.is_empty() || self.channels.contains(&channel))
            && (self.countries.is_empty() || countries.iter().any(|c| self.countries.contains(c)))
    }

    fn begins_on(&self, date: Date) -> bool {
        (self.dates.is_empty() || self.dates.contains(&date))
            && (self.days.is_empty() || self.days.contains(&Day::of(date.weekday())))
            && self.effective_from.is_none_or(|from| date >= from)
            && self.effective_until.is_none_or(|until| date <= until)
    }

    /// The end of the quiet stretch that holds a moment in a zone; `None` outside of quiet hours.
    #[must_use]
    pub fn quiet_until(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = zone.to_datetime(at.to_jiff());
        let (today, now) = (local.date(), local.time());
        let yesterday = today.yesterday().ok()?;
        let over_midnight = self.to <= self.from;
        let end = if over_midnight && now < self.to && self.begins_on(yesterday) {
            today
        } else if now >= self.from && self.begins_on(today) && (over_midnight || now < self.to) {
            if over_midnight { today.tomorrow().ok()? } else { today }
        } else {
            return None;
        };
        Some(end_at(zone, end.to_datetime(self.to), at).unwrap_or(at + Millis::from_mins(1)))
    }
}

/// The moment after `at` at which a local time comes. Where clocks go back it may have been already and come again: the second time then.
/// Where they go forward over it, the jump is the moment.
fn end_at(zone: &TimeZone, local: DateTime, at: Timestamp) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let jump = match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => {
            let before = ambiguous.earlier().ok()?;
            zone.following(before).next().map(|transition| transition.timestamp())
        }
        _ => None,
    };
    let moments = [jump, ambiguous.compatible().ok(), ambiguous.later().ok()];
    moments.into_iter().flatten().map(Timestamp::from).find(|moment| *moment > at)
}

/// The first moment from `at` on that is outside all rules in all zones; `None` when there is none within the horizon.
#[must_use]
pub fn first_quiet_free(rules: &[QuietHours], zones: &[TimeZone], at: Timestamp) -> Option<Timestamp> {
    let mut moment = at;
    while moment - at < HORIZON {
        let blocked = rules.iter().flat_map(|rule| zones.iter().filter_map(move |zone| rule.quiet_until(moment, zone))).max();
        match blocked {
            None => return Some(moment),
            Some(end) => moment = end,
        }
    }
    None
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct QuietRule {
    pub now: Timestamp,
    pub channel: Channel,
    pub purpose: Purpose,
    /// A compliance answer goes at any hour: the person has just written.
    pub compliance: bool,
    /// The rules that apply to this message.
    pub rules: Vec<QuietHours>,
    pub candidates: Candidates,
}

impl Rule for QuietRule {
    const NAME: &'static str = "quiet_hours";

    fn evaluate(&self) -> Finding {
        if self.compliance || self.rules.is_empty() {
            return Finding::not_applicable(format!("no quiet hours for {} messages on {}", self.purpose, self.channel));
        }
        let names = self.candidates.zones();
        let zones: Vec<TimeZone> = names.iter().filter_map(|name| zones::find(name)).collect();
        let shown = match names {
            [one] => one.clone(),
            many => format!("{} possible zones", many.len()),
        };
        match first_quiet_free(&self.rules, &zones, self.now) {
            Some(at) if at == self.now => Finding::pass(format!("outside quiet hours in {shown}")),
            Some(at) => Finding::defer("quiet_hours", at, format!("quiet hours in {shown}; free from {at}")),
            None => Finding::deny(
                "quiet_hours",
                FallbackCause::TooLate,
                format!("no moment within {HORIZON} is outside quiet hours in {shown}"),
            ),
        }
    }
}
