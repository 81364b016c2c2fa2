//! Messages that come too late, and events that do (R-LATE-1, R-LATE-2, A47).

use model::message::Origin;
use model::signal::SendOutcome;
use model::timeline::TimelineKind;
use model::value::Attributes;
use model::{MessageId, MessageStatus, Millis, Value};
use policy::Rulebook;

use crate::world::{START, World};

const PRICE: &str = "\
journey: price
title: Price
owner: desk
purpose: transactional
entry: { on: price_changed, key: event.n, policy: { parallel: 9 }, max_age: 1h }
context:
  n: { type: int, from: event.n }
goal: { none: It only tells. }
takeover: { queue: desk }
start: tell
steps:
  tell:
    send:
      sms: { text: \"The price is {{ run.n }} now.\" }
      max_lateness: 1h
      on_late: { collapse: price }
      fallback: { too_late: over, any: over }
    next: over
  over: { end: done }
";

fn changed(world: &mut World, n: i64) -> MessageId {
    let before = world.outgoing(MessageStatus::Queued);
    world.event("price_changed", Attributes::from([("n".to_owned(), Value::Int(n))]));
    let after = world.outgoing(MessageStatus::Queued);
    *after.iter().find(|id| !before.contains(id)).unwrap()
}

fn status(world: &World, id: MessageId) -> MessageStatus {
    world.messages[&id].status
}

fn step_of(world: &World, id: MessageId) -> &str {
    let Origin::Journey { step, .. } = &world.messages[&id].origin else { return "" };
    step
}

/// Three prices wait while the system is down: only the newest is told, and it is told however late.
#[test]
fn r_late_2_after_a_downtime_only_the_newest_message_with_a_key_goes() {
    let mut world = World::new(PRICE, Rulebook::default());
    let prices: Vec<MessageId> = (1..=3).map(|n| changed(&mut world, n)).collect();
    world.now = START + Millis::from_hours(4);
    let went: Vec<bool> = prices.iter().map(|id| world.hand_off(*id)).collect();
    assert_eq!(went, [false, false, true]);
    assert_eq!([0, 1].map(|n| status(&world, prices[n])), [MessageStatus::Expired; 2]);
    assert_eq!(step_of(&world, prices[2]), "tell");
    // The runs whose message gave way have gone on to their end.
    assert_eq!((world.state().runs.len(), world.state().past.len()), (1, 2));
}

#[test]
fn r_late_2_in_time_every_message_goes() {
    let mut world = World::new(PRICE, Rulebook::default());
    let prices: Vec<MessageId> = (1..=3).map(|n| changed(&mut world, n)).collect();
    world.now = START + Millis::from_hours(1);
    assert!(prices.iter().all(|id| world.hand_off(*id)));
}

/// The newest may be faster than one that had to be tried again.
#[test]
fn r_late_2_a_late_message_gives_way_to_a_newer_one_that_went_before_it() {
    use model::send_error::{FallbackCause, Remedy, SendError};
    let mut world = World::new(PRICE, Rulebook::default());
    let old = changed(&mut world, 1);
    assert!(world.hand_off(old));
    let error = SendError {
        remedy: Remedy::Retry { after: Millis::from_hours(2) },
        cause: FallbackCause::Rejected,
        code: "busy".to_owned(),
        for_user: "busy".to_owned(),
    };
    world.result(old, SendOutcome::Refused { error });
    world.now = START + Millis::from_mins(30);
    let new = changed(&mut world, 2);
    assert!(world.hand_off(new));
    world.accept(new);
    world.now = START + Millis::from_hours(2);
    assert!(!world.hand_off(old));
    assert_eq!((status(&world, old), status(&world, new)), (MessageStatus::Expired, MessageStatus::Accepted));
}

/// R-LATE-1: both times are kept, and an event that is too old starts nothing.
#[test]
fn r_late_1_an_event_older_than_the_trigger_allows_starts_nothing_and_says_so() {
    use model::contact::ContactPatch;
    use model::signal::SignalBody;
    let mut world = World::new(PRICE, Rulebook::default());
    let properties = Attributes::from([("n".to_owned(), Value::Int(1))]);
    let body = || SignalBody::Event { name: "price_changed".to_owned(), properties: properties.clone(), contact: ContactPatch::default() };
    for (age, starts) in [(Millis::from_hours(1), true), (Millis::from_hours(1) + Millis(1), false)] {
        let mut world = world.clone();
        let output = world.apply_dated(body(), START - age).unwrap();
        let tracked = output.changes.timeline.iter().find(|line| line.kind == TimelineKind::EventTracked).unwrap();
        assert_eq!((tracked.at, tracked.recorded_at), (START - age, START));
        let refused = output.changes.timeline.iter().find(|line| line.kind == TimelineKind::RunRejected);
        assert_eq!(refused.map(|line| line.data.to_value()["code"].clone()), (!starts).then(|| "too_old".into()));
        assert_eq!(world.outgoing(MessageStatus::Queued).len(), usize::from(starts));
    }
    // An update of the contact that comes with it counts all the same.
    let contact = ContactPatch { name: Some("Sample".to_owned()), ..ContactPatch::default() };
    let late = SignalBody::Event { name: "price_changed".to_owned(), properties, contact };
    world.apply_dated(late, START - Millis::from_days(2)).unwrap();
    assert_eq!(world.state().contact.name.as_deref(), Some("Sample"));
}
