//! From one channel to the next: exactly one edge for each attempt, and what arrives afterwards is counted (R-FB, A61, A76).

use model::message::Origin;
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::{Receipt, SendOutcome, SignalBody};
use model::timeline::TimelineKind;
use model::value::Attributes;
use model::{AddressKey, AddressKind, Channel, MessageId, MessageStatus, Millis, Reach, Timestamp, Value};
use policy::Rulebook;

use crate::world::{START, World, phone};

/// By RCS, and by SMS to whoever it does not reach in ten minutes.
const TABLE: &str = "\
journey: table
title: Table
owner: desk
purpose: transactional
entry: { on: table_ready, key: event.n, policy: { parallel: 9 }, max_age: 1h }
context:
  n: { type: int, from: event.n }
goal: { none: It only tells. }
takeover: { queue: desk }
start: by_rcs
steps:
  by_rcs:
    send:
      rcs: { text: \"Table {{ run.n }} is ready.\" }
      max_lateness: 1h
      fallback: { not_capable: by_sms, not_delivered: { after: 10m, to: by_sms }, any: over }
    next: over
  by_sms:
    send:
      sms: { text: \"Table {{ run.n }} is ready (SMS).\" }
      max_lateness: 1h
      fallback: { any: over }
    next: over
  over: { end: done }
";

fn world() -> World {
    World::over(TABLE, Rulebook::default(), &[Channel::Rcs])
}

/// The table is ready, and what waits to leave for that.
fn ready(world: &mut World, n: i64) -> MessageId {
    world.event("table_ready", Attributes::from([("n".to_owned(), Value::Int(n))]));
    only(world, MessageStatus::Queued)
}

fn only(world: &World, status: MessageStatus) -> MessageId {
    let found = world.outgoing(status);
    assert_eq!(found.len(), 1, "{status:?}: {found:?}");
    found[0]
}

fn step_of(world: &World, id: MessageId) -> (&str, Channel) {
    let Origin::Journey { step, .. } = &world.messages[&id].origin else { panic!() };
    (step, world.messages[&id].channel)
}

fn told(world: &mut World, message: MessageId, status: MessageStatus, error: Option<SendError>) -> usize {
    let receipt = Receipt {
        message: Some(message),
        provider_id: None,
        channel: world.messages[&message].channel,
        status,
        at: world.now,
        error,
        price: None,
        category: None,
        charged: None,
        learnt: Vec::new(),
    };
    let output = world.apply(SignalBody::Receipt(receipt)).unwrap();
    output.changes.timeline.iter().filter(|line| line.kind == TimelineKind::DoubleReach).count()
}

fn error(remedy: Remedy, cause: FallbackCause) -> SendError {
    SendError { remedy, cause, code: "rcs:told".to_owned(), for_user: "as told".to_owned() }
}

fn expired() -> SendError {
    error(Remedy::NextChannel, FallbackCause::NotDelivered)
}

/// Accepted by RCS.
fn sent(world: &mut World) -> MessageId {
    let rcs = ready(world, 1);
    assert_eq!(step_of(world, rcs), ("by_rcs", Channel::Rcs));
    assert!(world.hand_off(rcs));
    // The provider is told when another channel goes, so that it takes the message back before that.
    let intent = world.messages[&rcs].intent.clone().unwrap();
    assert_eq!(policy::lateness::lifetime(&intent, world.now), Some(Millis::from_mins(10)));
    world.accept(rcs);
    assert!(world.outgoing(MessageStatus::Queued).is_empty());
    rcs
}

/// Nobody knows whether a phone has RCS until it was tried: the first answer falls back at once, and for a day the gate knows before the send.
#[test]
fn a61_a_phone_without_rcs_gets_sms_at_once_and_is_not_asked_again_for_a_day() {
    let mut world = world();
    let rcs = ready(&mut world, 1);
    assert!(world.hand_off(rcs));
    let day = Millis::from_hours(24);
    let none = error(Remedy::SuppressAddress { retry_after: Some(day) }, FallbackCause::NotCapable);
    world.result(rcs, SendOutcome::Refused { error: none });
    let sms = only(&world, MessageStatus::Queued);
    assert_eq!(step_of(&world, sms), ("by_sms", Channel::Sms));
    assert!(world.hand_off(sms));
    world.accept(sms);
    let reach = world.state().contact.addresses[0].reach[&Channel::Rcs].clone();
    assert!(matches!(reach, Reach::Unreachable { until, .. } if until == START + day), "{reach:?}");

    world.now = START + Millis::from_hours(23);
    let known = ready(&mut world, 2);
    assert_eq!(step_of(&world, known), ("by_sms", Channel::Sms), "known before the send: nothing was tried");
    assert!(world.hand_off(known));
    world.accept(known);
    world.now = START + day + Millis::from_secs(1);
    let again = ready(&mut world, 3);
    assert_eq!(step_of(&world, again), ("by_rcs", Channel::Rcs), "people change phones");
}

#[test]
fn a61_what_expired_and_was_taken_back_goes_by_sms_once_and_a_late_delivery_is_counted_once() {
    let mut world = world();
    let rcs = sent(&mut world);
    world.now = START + Millis::from_mins(5);
    told(&mut world, rcs, MessageStatus::Failed, Some(expired()));
    let sms = only(&world, MessageStatus::Queued);
    assert_eq!(step_of(&world, sms), ("by_sms", Channel::Sms));
    // Told twice, and its own time for delivery passes too: no second edge.
    told(&mut world, rcs, MessageStatus::Failed, Some(expired()));
    world.now = START + Millis::from_mins(11);
    world.apply(SignalBody::Wake).unwrap();
    assert_eq!(only(&world, MessageStatus::Queued), sms);
    assert!(world.hand_off(sms));
    world.accept(sms);
    told(&mut world, sms, MessageStatus::Delivered, None);
    assert!(!world.messages[&rcs].double_reach);

    let counted: usize = [MessageStatus::Delivered, MessageStatus::Delivered, MessageStatus::Read]
        .into_iter()
        .map(|status| told(&mut world, rcs, status, None))
        .sum();
    assert_eq!(counted, 1, "both messages were seen, and it is said once");
    assert!(world.messages[&rcs].double_reach && !world.messages[&sms].double_reach);
    assert_eq!(world.messages.values().filter(|message| message.channel == Channel::Sms).count(), 1);
}

/// The order of events is not assured.
#[test]
fn a61_an_expiry_after_the_delivery_sends_nothing() {
    let mut world = world();
    let rcs = sent(&mut world);
    told(&mut world, rcs, MessageStatus::Delivered, None);
    told(&mut world, rcs, MessageStatus::Failed, Some(expired()));
    world.now = START + Millis::from_hours(1);
    world.apply(SignalBody::Wake).unwrap();
    assert!(world.outgoing(MessageStatus::Queued).is_empty());
    assert_eq!(world.messages[&rcs].status, MessageStatus::Delivered);
    assert!(!world.messages[&rcs].double_reach);
    assert_eq!(world.state().past.last().and_then(|run| run.result.clone()).as_deref(), Some("done"));
}

/// Neither a delivery nor an expiry comes, as when the message could not be taken back: the step's own time decides.
#[test]
fn a61_silence_falls_back_after_the_steps_time_and_a_late_delivery_is_counted() {
    let mut world = world();
    let rcs = sent(&mut world);
    world.now = START + Millis::from_mins(10) - Millis(1);
    world.apply(SignalBody::Wake).unwrap();
    assert!(world.outgoing(MessageStatus::Queued).is_empty());
    world.now = START + Millis::from_mins(10);
    let output = world.apply(SignalBody::Wake).unwrap();
    assert_eq!(output.changes.withdrawn, [rcs], "its provider is asked to take it back");
    let sms = only(&world, MessageStatus::Queued);
    assert_eq!(step_of(&world, sms), ("by_sms", Channel::Sms));
    assert_eq!(told(&mut world, rcs, MessageStatus::Delivered, None), 1);
    assert_eq!(told(&mut world, rcs, MessageStatus::Failed, Some(expired())), 0);
    assert_eq!(only(&world, MessageStatus::Queued), sms, "the expiry that comes after all has no second edge");
}

/// A step on one channel with an edge of its own for each cause that a provider can give.
fn edges(channel: Channel) -> String {
    let causes = FallbackCause::ALL.map(FallbackCause::as_str);
    let watched = ["not_delivered", "not_read_or_unknown"];
    let edge = |cause: &str| match watched.contains(&cause) {
        true => format!("        {cause}: {{ after: 2h, to: to_{cause} }}\n"),
        false => format!("        {cause}: to_{cause}\n"),
    };
    let edges: String = causes.iter().map(|cause| edge(cause)).collect();
    let ends: String = causes.iter().map(|cause| format!("  to_{cause}: {{ end: to_{cause} }}\n")).collect();
    format!(
        "journey: edges\nowner: desk\npurpose: transactional\nentry: {{ on: go, key: event.n }}\ngoal: {{ none: It only tells. }}\nstart: first\nsteps:\n  first:\n    send:\n      \
         {channel}: {{ text: Hello. }}\n      expects_reply: false\n      max_lateness: 1h\n      fallback:\n{edges}    next: done\n{ends}  done: {{ end: done }}\n"
    )
}

/// Remedies under which a message is given up at once, with any cause.
const GIVEN_UP: [Remedy; 3] = [Remedy::NextChannel, Remedy::SuppressAddress { retry_after: None }, Remedy::FixData];

#[test]
fn a76_each_cause_takes_its_own_edge_once_on_every_channel() {
    let mut taken = 0;
    for channel in [Channel::Sms, Channel::Rcs, Channel::Email] {
        let mut start = World::over(&edges(channel), Rulebook::default(), &[Channel::Rcs, Channel::Email]);
        if channel == Channel::Email {
            start.target = vec![AddressKey::new(AddressKind::Email, "sam@example.com"), phone()];
        }
        start.event("go", Attributes::from([("n".to_owned(), Value::Int(1))]));
        let message = only(&start, MessageStatus::Queued);
        assert_eq!(step_of(&start, message), ("first", channel));
        assert!(start.hand_off(message));
        for cause in FallbackCause::ALL {
            for remedy in GIVEN_UP {
                let error = error(remedy, cause);
                // Refused when it was sent, and refused after it was accepted.
                let mut at_once = start.clone();
                at_once.result(message, SendOutcome::Refused { error: error.clone() });
                let mut later = start.clone();
                later.accept(message);
                told(&mut later, message, MessageStatus::Failed, Some(error.clone()));
                for mut world in [at_once, later] {
                    let edge = format!("to_{}", cause.as_str());
                    assert_eq!(ended(&world), [edge.as_str()], "{channel}");
                    // Whatever is told afterwards: no other edge, and one double reach.
                    told(&mut world, message, MessageStatus::Failed, Some(expired()));
                    let counted =
                        told(&mut world, message, MessageStatus::Delivered, None) + told(&mut world, message, MessageStatus::Read, None);
                    world.now = later_than(world.now);
                    world.apply(SignalBody::Wake).unwrap();
                    assert_eq!((ended(&world), counted), (vec![edge], 1), "{channel} {cause:?}");
                    taken += 1;
                }
            }
        }
    }
    assert_eq!(taken, 3 * FallbackCause::ALL.len() * GIVEN_UP.len() * 2);
}

fn ended(world: &World) -> Vec<String> {
    world.state().past.iter().filter_map(|run| run.result.clone()).collect()
}

fn later_than(now: Timestamp) -> Timestamp {
    now + Millis::from_hours(5)
}
