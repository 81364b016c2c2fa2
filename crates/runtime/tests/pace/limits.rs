//! Limits that senders share (R-RATE-1): accounts, templates, journeys, queues, and the people whom a business may write to in a day.

use std::collections::BTreeSet;

use channel::{PeopleLimit, Received, SenderReport};
use model::message::Class;
use model::{MessageStatus, Millis, Timestamp};
use policy::{Pace, Paced, Rulebook};
use serde_json::json;

use crate::world::{Got, OTHER, RATE, SMS, WHATSAPP, World};

fn journey(name: &str, owner: &str, template: &str) -> String {
    format!(
        "
journey: {name}
title: {name}
owner: {owner}
purpose: transactional
goal: {{ none: measures pace }}
entry: {{ on: {name}, key: event.id, policy: {{ after: 1s }} }}
start: tell
steps:
  tell:
    send:
      whatsapp:
        in_window: {{ text: \"Hello.\" }}
        out_of_window: {{ template: {template} }}
      max_lateness: 9d
    next: done
  done: {{ end: told }}
"
    )
}

fn pace(of: Paced, messages: u32, per: Millis) -> Pace {
    Pace { of, messages, per }
}

async fn world(rules: Rulebook) -> World {
    let mut world = World::new().await;
    world.template("hello", 1).await;
    world.template("other", 2).await;
    world.policy(rules).await;
    // The dispatcher has looked once, so steps may keep calls free.
    world.run(Millis::from_secs(1)).await;
    world
}

fn paces(paces: Vec<Pace>) -> Rulebook {
    Rulebook { paces, ..Rulebook::default() }
}

/// The most of these calls in any second.
fn fastest_second(got: &[Got]) -> usize {
    let at: Vec<Timestamp> = got.iter().map(|got| got.at).collect();
    let within = |from: &Timestamp| at.iter().filter(|at| *at >= from && **at - *from < Millis::from_secs(1)).count();
    at.iter().map(within).max().unwrap_or(0)
}

/// The most different people whom templates went to in any 24 hours.
fn busiest_day(got: &[Got]) -> usize {
    let day = |from: &Got| {
        let within = got.iter().filter(|got| got.template && got.at >= from.at && got.at - from.at < Millis::from_hours(24));
        within.map(|got| got.to.clone()).collect::<BTreeSet<_>>().len()
    };
    got.iter().map(day).max().unwrap_or(0)
}

#[tokio::test]
async fn r_rate_1_a_journeys_pace_is_used_to_the_full_and_holds_up_nobody_else() {
    let mut world = world(paces(vec![pace(Paced::Journey("slow".to_owned()), 20, Millis::from_secs(1))])).await;
    world.publish(&journey("slow", "inbox", "hello")).await;
    world.publish(&journey("quick", "inbox", "other")).await;
    world.event("slow", 0..200).await;
    world.event("quick", 200..400).await;
    let began = world.now();
    world.run(Millis::from_secs(30)).await;
    world.assert_within_limits();
    let (slow, quick): (Vec<Got>, Vec<Got>) = world.got().into_iter().partition(|got| (0..200).any(|n| got.to == crate::world::phone(n)));
    assert_eq!((slow.len(), quick.len()), (200, 200));
    assert!(fastest_second(&slow) <= 24, "{} in a second", fastest_second(&slow));
    let took = (slow.last().unwrap().at - began).0 as f64 / 1_000.0;
    assert!(200.0 / took / 20.0 >= 0.98, "200 at 20 a second took {took} s");
    // 80 a second, of which 20 were the other's.
    assert!(quick.last().unwrap().at - began < Millis::from_secs(4), "{}", quick.last().unwrap().at - began);
}

#[tokio::test]
async fn r_rate_1_two_numbers_of_one_account_share_its_pace() {
    let mut world = world(paces(vec![pace(Paced::Account("2".to_owned()), 40, Millis::from_secs(1))])).await;
    world.another_number().await;
    for sender in [WHATSAPP, OTHER] {
        world.write_in(0..200, "Hello", sender).await;
        world.ask(sender, Class::Service, 0..200, None).await;
    }
    world.ask(SMS, Class::Service, 300..400, None).await;
    let began = world.now();
    world.run(Millis::from_secs(20)).await;
    world.assert_within_limits();
    let (texts, ours): (Vec<Got>, Vec<Got>) = world.got().into_iter().partition(|got| got.sender == SMS);
    assert_eq!((texts.len(), ours.len()), (100, 400));
    assert!(fastest_second(&ours) <= 48, "{} in a second", fastest_second(&ours));
    let took = (ours.iter().map(|got| got.at).max().unwrap() - began).0 as f64 / 1_000.0;
    assert!(400.0 / took / 40.0 >= 0.98, "400 at 40 a second took {took} s");
    assert!(texts.last().unwrap().at - began < Millis::from_secs(2), "another account goes on");
}

#[tokio::test]
async fn r_rate_1_templates_and_queues_have_their_pace_whatever_journey_sends() {
    let rules = paces(vec![
        pace(Paced::Template("hello".to_owned()), 600, Millis::from_mins(1)),
        pace(Paced::Queue("desk".to_owned()), 60, Millis::from_mins(1)),
    ]);
    let mut world = world(rules).await;
    world.queue("desk").await;
    world.queue("inbox").await;
    for (name, owner, template) in [("one", "inbox", "hello"), ("two", "inbox", "hello"), ("three", "desk", "other")] {
        world.publish(&journey(name, owner, template)).await;
    }
    world.event("one", 0..50).await;
    world.event("two", 50..100).await;
    world.event("three", 100..120).await;
    let began = world.now();
    world.run(Millis::from_secs(30)).await;
    let (desk, hello): (Vec<Got>, Vec<Got>) = world.got().into_iter().partition(|got| (100..120).any(|n| got.to == crate::world::phone(n)));
    assert_eq!((hello.len(), desk.len()), (100, 20));
    assert!(fastest_second(&hello) <= 12 && fastest_second(&desk) <= 2);
    let took = |got: &[Got]| (got.last().unwrap().at - began).0;
    assert!((9_000..=10_100).contains(&took(&hello)), "100 at 10 a second took {}", took(&hello));
    assert!((18_500..=20_100).contains(&took(&desk)), "20 at one a second took {}", took(&desk));
}

#[tokio::test]
async fn r_rate_1_what_is_too_late_takes_nothing_of_what_journeys_may() {
    let mut world = world(paces(vec![pace(Paced::Journey("slow".to_owned()), 20, Millis::from_secs(1))])).await;
    world.publish(&journey("slow", "inbox", "hello").replace("9d", "1m")).await;
    world.event("slow", 0..300).await;
    // The process stood still until all of them were too late.
    world.set(world.now() + Millis::from_mins(5));
    world.event("slow", 300..340).await;
    let began = world.now();
    world.run(Millis::from_secs(20)).await;
    let mut got = world.got();
    got.retain(|got| (300..340).any(|n| got.to == crate::world::phone(n)));
    assert_eq!(got.len(), 40);
    let took = got[39].at - began;
    assert!(took <= Millis(2_300), "40 at 20 a second took {took}, and the others nothing");
    let expired = world.messages().await.into_iter().filter(|message| message.status == MessageStatus::Expired).count();
    assert!(expired >= 290, "{expired}");
}

fn reported(limit: PeopleLimit, key: &str) -> Received {
    Received::Sender(SenderReport {
        senders: vec![WHATSAPP],
        kind: "business_capability_update".to_owned(),
        pause: None,
        people: Some(limit),
        throughput: None,
        raw: json!({}),
        key: key.to_owned(),
    })
}

/// WhatsApp's messaging limit, over all numbers, also when the process starts anew, and only for messages that open a conversation.
#[tokio::test]
async fn a10_no_day_sees_more_people_than_the_provider_reported() {
    let mut world = world(Rulebook::default()).await;
    world.publish(&journey("promo", "inbox", "hello")).await;
    world.engine.take_in(crate::world::WS, "webhook:whatsapp", vec![reported(PeopleLimit::PerDay(50), "k1")]).await.unwrap();
    world.event("promo", 0..20).await;
    world.run(Millis::from_hours(1)).await;
    world.restart().await;
    world.event("promo", 20..120).await;
    // Who was written to today may be again, and who writes is answered.
    world.event("promo", 0..20).await;
    world.write_in(200..230, "Hello", WHATSAPP).await;
    world.ask(WHATSAPP, Class::Service, 200..230, None).await;
    world.run(Millis::from_hours(2)).await;
    world.assert_within_limits();
    assert_eq!(world.got().len(), 20 + 20 + 30 + 30);
    assert_eq!(busiest_day(&world.got()), 50);
    world.run(Millis::from_hours(50)).await;
    assert_eq!(busiest_day(&world.got()), 50);
    assert_eq!(world.got().len(), 20 + 20 + 100 + 30, "all have theirs in the end");
    world.event("promo", 300..400).await;
    world.run(Millis::from_mins(1)).await;
    let of_the_last = |world: &World| world.got().iter().filter(|got| (300..400).any(|n| got.to == crate::world::phone(n))).count();
    let before = of_the_last(&world);
    assert!(before <= 50, "{before}");
    world.engine.take_in(crate::world::WS, "webhook:whatsapp", vec![reported(PeopleLimit::Unlimited, "k2")]).await.unwrap();
    world.run(Millis::from_mins(1)).await;
    assert_eq!(of_the_last(&world), 100, "the limit was lifted");
}

/// At 80 a second a day's people are reached in no time, and then exactly as many as leave the day.
#[tokio::test]
async fn a10_the_limit_of_people_is_used_to_the_full() {
    const LIMIT: u32 = 250;
    let mut world = world(Rulebook { people_per_day: Some(LIMIT), ..Rulebook::default() }).await;
    world.publish(&journey("promo", "inbox", "hello")).await;
    let began = world.now();
    world.event("promo", 0..3 * LIMIT).await;
    world.run(Millis::from_hours(72)).await;
    world.assert_within_limits();
    assert_eq!(busiest_day(&world.got()), LIMIT as usize);
    let got = world.got();
    assert_eq!(got.len(), 3 * LIMIT as usize);
    let took = got.last().unwrap().at - began;
    let least = Millis::from_hours(48);
    assert!(took >= least && took.0 as f64 <= least.0 as f64 / 0.98, "{took}");
    assert!(u32::try_from(fastest_second(&got)).unwrap() <= RATE + RATE / 5);
}
