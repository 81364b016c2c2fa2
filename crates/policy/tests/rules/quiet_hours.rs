//! Quiet hours (R-QUIET-1 to R-QUIET-3).

use jiff::civil::{Date, Time};
use model::contact::{ZoneEvidence, ZoneSource};
use model::decision::Outcome;
use model::message::Class;
use model::{Address, AddressKey, Channel, Millis, Purpose, Timestamp};
use policy::quiet_hours::{Day, first_quiet_free};
use policy::{QuietHours, zones};
use proptest::prelude::*;

use crate::support::*;

fn night() -> QuietHours {
    policy::Rulebook::default().quiet_hours.remove(0)
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A promotional message at this moment to this number.
fn world(moment: &str, number: &str) -> World {
    let mut world = World::promotional();
    world.now = at(moment);
    world.intent.due_at = world.now;
    world.contact.addresses = vec![Address::new(AddressKey::phone(number), "api", world.now)];
    world.consent = policy::ConsentBook::default();
    let change = change(AddressKey::phone(number), model::ConsentState::OptedIn, Some(Channel::Whatsapp), Some(Purpose::Promotional), None);
    world.consent.record(model::ConsentId::from_u128(1), model::WorkspaceId::from_u128(1), world.contact.id, change, world.now);
    world.intent.channels.truncate(1);
    world
}

/// Evidence belongs to the record of a rule that asked for it. A country has up to thirty zones, so records of messages that go at any hour stay
/// short without them.
#[test]
fn where_no_rule_asks_for_the_hour_the_record_says_nothing_about_zones() {
    let world = World::transactional();
    let ruling = world.judge();
    let asked = rule(&ruling, "quiet_hours");
    assert_eq!(asked.outcome, Outcome::NotApplicable);
    assert_eq!(asked.inputs.to_value()["candidates"], serde_json::json!({ "evidence": [], "countries": [] }));
    assert_eq!(policy::explain::reevaluate(asked).unwrap(), Outcome::NotApplicable);
}

/// R-QUIET-1: the best evidence counts alone; what it beat stays in the record.
#[test]
fn r_quiet_1_evidence_is_ranked_and_stored() {
    // 22:00 in Washington, 19:00 in Los Angeles, 03:00 in London.
    let mut world = world("2026-03-05T03:00:00Z", PHONE);
    assert_eq!(world.verdict(), "later");
    let told = |source, zone: &str| ZoneEvidence { source, zone: zone.into(), at: noonish() };
    world.contact.zones.push(told(ZoneSource::BillingAddress, "America/Los_Angeles"));
    assert_eq!(world.verdict(), "whatsapp");
    world.contact.zones.push(told(ZoneSource::RecentBehaviour, "Europe/London"));
    assert_eq!(world.verdict(), "later");
    world.contact.zones.push(told(ZoneSource::Declared, "America/Los_Angeles"));
    let ruling = world.judge();
    let inputs = rule(&ruling, "quiet_hours").inputs.to_value();
    let sources: Vec<_> = inputs["candidates"]["evidence"].as_array().unwrap().iter().map(|e| e["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["declared", "recent_behaviour", "billing_address", "number_prefix", "country"]);
    assert_eq!(rule(&ruling, "quiet_hours").outcome, Outcome::Pass);
    // A zone that does not exist is no evidence.
    world.contact.zones = vec![told(ZoneSource::Declared, "Mars/Olympus")];
    assert_eq!(world.verdict(), "later");
}

/// R-QUIET-1: a prefix on a zone border, and an area code that says nothing.
#[test]
fn r_quiet_1_all_possible_zones_must_be_awake() {
    // 850 is Eastern and Central: 08:30 in one is 07:30 in the other.
    let border = world("2026-03-04T13:30:00Z", "+18505550123");
    assert_eq!(border.later_until(), at("2026-03-04T14:00:00Z"));
    // Toll-free: every zone of the United States. Awake together from 08:00 in the Aleutians (UTC-10) to 21:00 in New York (UTC-5).
    assert_eq!(world("2026-03-04T17:59:00Z", "+18005550123").later_until(), at("2026-03-04T18:00:00Z"));
    assert_eq!(world("2026-03-05T01:59:59Z", "+18005550123").verdict(), "whatsapp");
    assert_eq!(world("2026-03-05T02:00:00Z", "+18005550123").later_until(), at("2026-03-05T18:00:00Z"));
    // One country, eleven zones.
    assert_eq!(world("2026-03-04T05:00:00Z", "+79161234567").later_until(), at("2026-03-04T06:00:00Z"));
}

#[test]
fn r_quiet_1_without_any_evidence_the_home_countries_count() {
    let mut world = world("2026-03-04T06:30:00Z", PHONE);
    let email = AddressKey::new(model::AddressKind::Email, "a@example.com");
    world.contact.addresses = vec![Address::new(email.clone(), "api", world.now)];
    let zones = zones::candidates(&world.contact, Some(&email), &["PT".to_owned()]);
    assert_eq!(zones.zones(), ["Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"]);
    assert_eq!(zones.source(), None);
    assert_eq!(zones::candidates(&world.contact, None, &[]).zones(), ["UTC"]);
    // A business-scoped id names its country.
    let bsuid = AddressKey::bsuid("JP.1349");
    assert_eq!(zones::candidates(&world.contact, Some(&bsuid), &[]).zones(), ["Asia/Tokyo"]);
}

/// Exactly at the edges, and across the changes of clocks: 8 March 2026 forward, 1 November 2026 back in Washington.
#[test]
fn r_quiet_1_the_edges_are_exact_across_clock_changes() {
    for (moment, free_from) in [
        ("2026-03-05T01:59:59.999Z", None), // 20:59:59.999
        ("2026-03-05T02:00:00Z", Some("2026-03-05T13:00:00Z")),
        ("2026-03-05T12:59:59.999Z", Some("2026-03-05T13:00:00Z")),
        ("2026-03-05T13:00:00Z", None),
        ("2026-03-08T05:00:00Z", Some("2026-03-08T12:00:00Z")), // 08:00 comes an hour earlier in UTC
        ("2026-11-01T04:00:00Z", Some("2026-11-01T13:00:00Z")), // and an hour later again
    ] {
        let world = world(moment, PHONE);
        match free_from {
            None => assert_eq!(world.verdict(), "whatsapp", "{moment}"),
            Some(free) => assert_eq!(world.later_until(), at(free), "{moment}"),
        }
    }
}

/// Quiet hours whose own edges fall into the skipped and into the doubled hour.
#[test]
fn r_quiet_1_edges_inside_a_clock_change() {
    let zone = [zones::find("America/New_York").unwrap()];
    let rule = |to| [QuietHours { from: time("00:30"), to: time(to), ..night() }];
    // 02:30 does not exist on 8 March: quiet ends when clocks jump from 02:00 to 03:00.
    assert_eq!(first_quiet_free(&rule("02:30"), &zone, at("2026-03-08T06:00:00Z")), Some(at("2026-03-08T07:00:00Z")));
    // 01:30 comes twice on 1 November. Between its two comings it is quiet again from the second 01:00 on.
    assert_eq!(first_quiet_free(&rule("01:30"), &zone, at("2026-11-01T05:00:00Z")), Some(at("2026-11-01T05:30:00Z")));
    assert_eq!(first_quiet_free(&rule("01:30"), &zone, at("2026-11-01T06:10:00Z")), Some(at("2026-11-01T06:30:00Z")));
}

/// R-QUIET-2: rules are data with countries, days, dates and terms of validity.
#[test]
fn r_quiet_2_rules_hold_for_their_country_days_and_dates() {
    let sunday = QuietHours {
        name: "Sunday morning".into(),
        countries: vec!["US".into()],
        from: time("00:00"),
        to: time("12:00"),
        days: vec![Day::Sunday],
        ..night()
    };
    let mut world = world("2026-03-15T14:00:00Z", PHONE); // Sunday, 10:00
    assert_eq!(world.verdict(), "whatsapp");
    world.rules.quiet_hours.push(sunday.clone());
    assert_eq!(world.later_until(), at("2026-03-15T16:00:00Z"));
    world.rules.quiet_hours[1].countries = vec!["CA".into()];
    assert_eq!(world.verdict(), "whatsapp");
    let holiday = QuietHours { name: "holiday".into(), from: time("00:00"), to: time("00:00"), dates: vec![date("2026-03-15")], ..night() };
    world.rules.quiet_hours[1] = holiday;
    assert_eq!(world.later_until(), at("2026-03-16T12:00:00Z"), "the whole day, then the night");
    world.rules.quiet_hours[1] = QuietHours { effective_from: Some(date("2026-03-16")), ..sunday.clone() };
    assert_eq!(world.verdict(), "whatsapp", "not in force yet");
    world.rules.quiet_hours[1] = QuietHours { effective_until: Some(date("2026-03-14")), ..sunday };
    assert_eq!(world.verdict(), "whatsapp", "not in force any more");
}

#[test]
fn r_quiet_2_the_rulebook_is_checked() {
    let rules = policy::Rulebook {
        quiet_hours: vec![
            QuietHours { countries: vec!["USA".into()], ..night() },
            QuietHours { from: time("08:00"), to: time("08:00"), ..night() },
        ],
        home_countries: vec!["Narnia".into()],
        ..policy::Rulebook::default()
    };
    let pointers: Vec<_> = rules.validate().into_iter().map(|e| e.pointer).collect();
    assert_eq!(pointers, ["/quiet_hours/0/countries/0", "/quiet_hours/1/to", "/home_countries/0"]);
}

/// By default only promotional messages wait; a rule can name other purposes and channels.
#[test]
fn r_quiet_3_what_a_person_needs_is_not_held_unless_a_rule_says_so() {
    let mut world = world("2026-03-05T06:00:00Z", PHONE);
    world.intent.purpose = Purpose::Transactional;
    world.intent.class = Class::Transactional;
    world.templates[0].purpose = Purpose::Transactional;
    assert_eq!(world.verdict(), "whatsapp");
    world.rules.quiet_hours[0].purposes.push(Purpose::Transactional);
    assert_eq!(world.verdict(), "later");
    world.rules.quiet_hours[0].channels = vec![Channel::Sms];
    assert_eq!(world.verdict(), "whatsapp");
}

/// A rule book without a free moment does not wait for ever.
#[test]
fn quiet_hours_without_end_are_a_silence_with_a_reason() {
    let mut world = world("2026-03-05T06:00:00Z", PHONE);
    world.rules.quiet_hours = vec![QuietHours { from: time("00:00"), to: time("00:00"), ..night() }];
    assert_eq!(world.verdict(), "quiet_hours");
}

proptest! {
    /// For any moment and any set of zones: the answer is free in every zone, and every minute before it is quiet in one.
    #[test]
    fn r_quiet_1_the_first_free_moment_is_free_and_first(
        minute in 0i64..527_040,
        picks in proptest::collection::vec(0usize..6, 1..4),
        from in 0i8..24, to in 0i8..24,
    ) {
        prop_assume!(from != to);
        let names = ["America/New_York", "Europe/Lisbon", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Auckland"];
        let zones: Vec<_> = picks.iter().map(|i| zones::find(names[*i]).unwrap()).collect();
        let rules = [QuietHours { from: jiff::civil::time(from, 0, 0, 0), to: jiff::civil::time(to, 0, 0, 0), ..night() }];
        let start: Timestamp = at("2026-01-01T00:00:00Z") + Millis::from_mins(minute);
        let quiet = |t: Timestamp| zones.iter().any(|zone| {
            let hour = zone.to_datetime(t.to_jiff()).hour();
            if from < to { (from..to).contains(&hour) } else { hour >= from || hour < to }
        });
        match first_quiet_free(&rules, &zones, start) {
            Some(free) => {
                prop_assert!(!quiet(free));
                let mut t = start;
                while t < free {
                    prop_assert!(quiet(t), "{} was free before {}", t, free);
                    t = t + Millis::from_mins(1);
                }
            }
            None => {
                let mut t = start;
                while t < start + Millis::from_days(7) {
                    prop_assert!(quiet(t), "{} was free", t);
                    t = t + Millis::from_mins(15);
                }
            }
        }
    }
}
