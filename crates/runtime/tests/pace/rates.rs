//! The limits that providers enforce, and how much of them is used.

use model::message::Class;
use model::{MessageStatus, Millis, Timestamp};

use crate::world::{RATE, SMS, WHATSAPP, World};

const GREET: &str = "
journey: greet
title: Greet
owner: inbox
purpose: transactional
goal: { none: measures pace }
entry: { on: joined, key: event.id, policy: once }
context: { id: event.id }
start: pause
steps:
  pause: { delay: { for: 1h }, next: tell }
  tell:
    send:
      sms: { text: \"Hello {{ run.id }}.\" }
      max_lateness: 1h
      expects_reply: inbox
    next: done
  done: { end: told }
";

/// Many people and one number: nothing over its limit, and hardly anything of it unused.
async fn broadcast(people: u32) {
    /// People asked about in one call.
    const PART: u32 = 10_000;
    let mut world = World::new().await;
    for first in (0..people).step_by(PART as usize) {
        let part = first..people.min(first + PART);
        world.write_in(part.clone(), "Hello", WHATSAPP).await;
        world.ask(WHATSAPP, Class::Promotional, part, None).await;
    }
    let began = world.now();
    world.run(Millis::from_secs(i64::from(people / RATE) + 60)).await;
    let got = world.got();
    assert_eq!(got.len(), people as usize);
    world.assert_within_limits();
    let took = (got[got.len() - 1].at - began).0 as f64 / 1_000.0;
    let used = f64::from(people) / took / f64::from(RATE);
    assert!(used >= 0.98, "{:.1} % of the allowed rate", used * 100.0);
}

#[tokio::test]
async fn a10_a_broadcast_uses_what_the_number_may_and_never_more() {
    broadcast(2_000).await;
}

#[tokio::test]
#[ignore = "takes minutes: cargo test --release -p runtime --test pace -- --ignored a10"]
async fn a10_a_million_people_get_theirs_at_the_rate_and_within_the_limits() {
    broadcast(1_000_000).await;
}

/// One person gets a burst of 45 and then one in six seconds, and holds nobody up who stands behind.
#[tokio::test]
async fn a10_the_pace_of_a_pair_is_kept_and_others_go_on() {
    let mut world = World::new().await;
    world.write_in(0..200, "Hello", WHATSAPP).await;
    for _ in 0..10 {
        // 600 messages to six people stand before everybody else's.
        world.ask(WHATSAPP, Class::Agent, (0..60).map(|n| n % 6), None).await;
    }
    world.ask(WHATSAPP, Class::Promotional, 6..200, None).await;
    let began = world.now();
    world.run(Millis::from_secs(60)).await;
    world.assert_within_limits();
    let others: Vec<Timestamp> =
        world.got().iter().filter(|got| (6..200).any(|n| got.to == crate::world::phone(n))).map(|got| got.at).collect();
    assert_eq!(others.len(), 194, "all others have theirs");
    // 270 at once to the six, then 194: at 80 a second within six seconds.
    assert!(*others.iter().max().unwrap() - began < Millis::from_secs(8), "{:?}", others.iter().max());
    // Forty-five each, and ten more each in the first minute.
    let six = world.got().len() - others.len();
    assert!((6 * 54..=6 * 56).contains(&six), "{six} to the six");
    world.run(Millis::from_mins(6)).await;
    world.assert_within_limits();
    assert_eq!(world.got().len(), 600 + 194);
}

/// R-RATE-1: what the gate stops at hand-off takes nothing of the rate.
#[tokio::test]
async fn r_rate_1_messages_that_are_not_sent_consume_nothing() {
    let mut world = World::new().await;
    world.ask(SMS, Class::Transactional, 0..400, Some(Millis::from_secs(60))).await;
    // The process stood still until all of them were too late.
    world.set(world.now() + Millis::from_mins(5));
    world.ask(SMS, Class::Promotional, 400..480, None).await;
    let began = world.now();
    world.run(Millis::from_secs(10)).await;
    world.assert_within_limits();
    let got = world.got();
    assert_eq!(got.len(), 80);
    let took = got[79].at - began;
    // Their own second, and a moment for each of the batches that came to nothing.
    assert!(took <= Millis(1_100), "80 messages took {took}");
    let expired = world.messages().await.into_iter().filter(|message| message.status == MessageStatus::Expired).count();
    assert_eq!(expired, 400);
}

/// R-WAIT-3: within the second, once, and also if the process ends in the middle.
#[tokio::test]
async fn r_wait_3_each_timer_fires_once_within_its_second_whatever_ends_in_between() {
    let mut world = World::new().await;
    world.publish(GREET).await;
    let mut due = Vec::new();
    for second in 0..30_u32 {
        world.event("joined", second * 20..(second + 1) * 20).await;
        due.extend((0..20).map(|_| world.now() + Millis::from_hours(1)));
        world.run(Millis::from_secs(1)).await;
    }
    for stop in [5, 6, 17] {
        world.run_until(due[0] + Millis(stop * 1_000 + 300)).await;
        world.restart().await;
    }
    world.run(Millis::from_mins(5)).await;
    let messages = world.messages().await;
    assert_eq!(messages.len(), due.len(), "none lost and none doubled");
    for message in &messages {
        let n = (0..600).find(|n| message.address == crate::world::phone(*n)).unwrap();
        let late = message.created_at - due[n as usize];
        assert!((0..=1_000).contains(&late.0), "{n} fired {late} late");
    }
}

/// R-LATE-3: what was held back by a window in the night leaves it no faster than anything else.
#[tokio::test]
async fn r_late_3_what_comes_due_in_one_moment_goes_at_the_senders_rate() {
    let mut world = World::new().await;
    world.publish(GREET).await;
    world.event("joined", 0..500).await;
    let due = world.now() + Millis::from_hours(1);
    world.run_until(due + Millis::from_mins(1)).await;
    world.assert_within_limits();
    let got = world.got();
    assert_eq!(got.len(), 500);
    assert!(got.iter().all(|got| got.at >= due));
    let took = (got.iter().map(|got| got.at).max().unwrap() - due).0 as f64 / 1_000.0;
    assert!(500.0 / took / f64::from(RATE) >= 0.98, "500 messages took {took} s");
}
