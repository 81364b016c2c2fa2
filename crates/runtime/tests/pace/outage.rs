//! Hours in which nobody worked, at the busiest time.

use std::collections::{BTreeMap, BTreeSet};

use model::message::Class;
use model::{MessageId, MessageStatus, Millis, Timestamp};
use runtime::{RecoveryRule, RecoveryState};

use crate::world::{SMS, WS, World, phone};

const JOURNEYS: [&str; 2] = [
    "
journey: soon
title: Soon
owner: inbox
purpose: transactional
goal: { none: \"shows an outage\" }
entry: { on: soon, key: event.id, policy: once }
context: { id: event.id }
start: pause
steps:
  pause: { delay: { for: 30m }, next: tell }
  tell:
    send:
      sms: { text: \"Your table {{ run.id }} is ready.\" }
      max_lateness: 1h
      expects_reply: inbox
      fallback: { too_late: late, any: other }
    next: done
  done: { end: told }
  late: { end: late }
  other: { end: other }
",
    "
journey: today
title: Today
owner: inbox
purpose: transactional
goal: { none: \"shows an outage\" }
entry: { on: today, key: event.id, policy: once }
context: { id: event.id }
start: pause
steps:
  pause: { delay: { for: 40m }, next: tell }
  tell:
    send:
      sms: { text: \"Your parcel {{ run.id }} comes today.\" }
      max_lateness: 12h
      expects_reply: inbox
      fallback: { too_late: late, any: other }
    next: done
  done: { end: told }
  late: { end: late }
  other: { end: other }
",
];

/// What the loops left behind: people with messages that are soon too late, with others that are not, and queued ones.
async fn four_hours_down(world: &mut World) -> Timestamp {
    for journey in JOURNEYS {
        world.publish(journey).await;
    }
    world.event("soon", 0..300).await;
    world.event("today", 300..800).await;
    world.run(Millis::from_mins(1)).await;
    world.ask(SMS, Class::Service, 800..900, Some(Millis::from_hours(1))).await;
    world.ask(SMS, Class::Service, 900..1_000, Some(Millis::from_hours(8))).await;
    assert!(world.got().is_empty(), "it ended before anything went");
    let down = world.now();
    // Requests are still taken, by the process that only does that: people opt out meanwhile.
    for hour in 1..4 {
        world.set(down + Millis::from_hours(hour));
        let first = hour as u32 * 100;
        world.write_in((0..20).map(|n| first + 200 + n), "STOP", SMS).await;
    }
    world.set(down + Millis::from_hours(4));
    world.restart().await;
    down
}

#[tokio::test]
async fn u8_after_four_hours_nothing_is_late_doubled_too_fast_or_unwanted() {
    let mut world = World::new().await;
    let down = four_hours_down(&mut world).await;
    let stopped: BTreeSet<_> = (1..4_u32).flat_map(|hour| (0..20).map(move |n| phone(hour * 100 + 200 + n))).collect();
    let plan = world.engine.recover(RecoveryRule::default()).await.unwrap().remove(0);
    assert!(down - plan.down_since <= Millis::from_mins(1), "the last sign of life was at {}", plan.down_since);
    world.run(Millis::from_mins(30)).await;
    world.assert_within_limits();
    let got = world.got();
    let messages: BTreeMap<MessageId, _> = world.messages().await.into_iter().map(|message| (message.id, message)).collect();
    let distinct: BTreeSet<MessageId> = got.iter().map(|got| got.message).collect();
    assert_eq!(distinct.len(), got.len(), "nothing went twice");
    // When each was due and how late it may be: by journey or request, from the minute before the outage on.
    let due = |n: u32| match n {
        0..300 => (down - Millis::from_mins(1) + Millis::from_mins(30), Millis::from_hours(1)),
        300..800 => (down - Millis::from_mins(1) + Millis::from_mins(40), Millis::from_hours(12)),
        800..900 => (down, Millis::from_hours(1)),
        _ => (down, Millis::from_hours(8)),
    };
    let person: BTreeMap<_, u32> = (0..1_000).map(|n| (phone(n), n)).collect();
    for call in got.iter().filter(|call| messages[&call.message].class != Class::Agent) {
        let (due_at, limit) = due(person[&call.to]);
        assert!(call.at - due_at <= limit, "{call:?} is {} late, {limit} were allowed", call.at - due_at);
    }
    // What STOP means for a message about a parcel is the rulebook's; confirmations of the STOP itself went to these and to nobody else.
    let refused: Vec<_> = got.iter().filter(|call| stopped.contains(&call.to)).collect();
    let confirmations = refused.iter().filter(|call| messages[&call.message].class == Class::Agent).count();
    assert_eq!(refused.len(), confirmations, "nobody who opted out got anything but the confirmation");
    let kinds = |status| messages.values().filter(|message| message.status == status).count() as u64;
    assert_eq!((plan.send, plan.collapsed), (got.len() as u64, 0), "{plan}");
    assert!(plan.too_late >= 400 && kinds(MessageStatus::Expired) >= 100, "{plan}");
    let took = got.iter().map(|call| call.at).max().unwrap() - plan.made_at;
    assert!((took.0 - plan.spread_over.0).abs() <= 1_000, "it took {took}, and {} were foreseen", plan.spread_over);
}

#[tokio::test]
async fn r_late_2_above_the_threshold_it_waits_for_a_yes_while_agents_go_on() {
    let mut world = World::new().await;
    four_hours_down(&mut world).await;
    let rule = RecoveryRule { ask_above: Some(100), ..RecoveryRule::default() };
    let plan = world.engine.recover(rule).await.unwrap().remove(0);
    assert_eq!(plan.state, RecoveryState::Waiting);
    world.ask(SMS, Class::Agent, [2_000], None).await;
    world.run(Millis::from_mins(2)).await;
    world.ask(SMS, Class::Transactional, [2_001], None).await;
    world.run(Millis::from_mins(2)).await;
    let before: Vec<_> = world.got().into_iter().map(|call| call.to).collect();
    assert!(before.contains(&phone(2_000)), "an agent's reply goes");
    assert!(before.contains(&phone(2_001)), "and what is new");
    assert!(!before.iter().any(|to| (300..1_000).any(|n| *to == phone(n) && !(300..520).contains(&n))), "nothing that is overdue");
    // A restart asks again, because nobody answered.
    world.restart().await;
    assert!(world.engine.recover(rule).await.unwrap().is_empty(), "there was no other outage");
    world.run(Millis::from_mins(2)).await;
    assert_eq!(world.got().len(), before.len());
    let approved = world.engine.approve_recovery(WS, "user:1").await.unwrap().unwrap();
    assert!(matches!(&approved.state, RecoveryState::Approved { by, .. } if by == "user:1"));
    world.run(Millis::from_mins(30)).await;
    world.assert_within_limits();
    assert!(world.got().len() as u64 > 500, "{} went", world.got().len());
}

#[tokio::test]
async fn a_short_restart_is_no_outage() {
    let mut world = World::new().await;
    world.ask(SMS, Class::Service, 0..10, None).await;
    world.run(Millis(1)).await;
    world.set(world.now() + Millis::from_mins(3));
    world.restart().await;
    assert!(world.engine.recover(RecoveryRule::default()).await.unwrap().is_empty());
    assert_eq!(world.engine.recovery(WS).await.unwrap(), None);
}
