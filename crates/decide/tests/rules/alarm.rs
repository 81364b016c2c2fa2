//! R-CAP-4: what people need is counted apart and alarmed, once for each contact and window, and never held back.

use model::content::Content;
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::signal::{AgentAct, MessageRequest, SignalBody};
use model::timeline::TimelineKind;
use model::{Channel, MessageStatus, Millis, Purpose, UserId};
use policy::{Alarm, Rulebook};
use storage::StepOutput;

use crate::world::{SMS, World};

const JOURNEY: &str = "\
journey: quiet
title: Quiet
owner: desk
purpose: service
entry: { on: nothing }
goal: { none: It never starts. }
takeover: { queue: desk }
start: over
steps:
  over: { end: done }
";

const WINDOW: Millis = Millis::from_hours(24);

fn alarm(name: &str, purpose: Purpose, above: u32) -> Alarm {
    Alarm { name: name.to_owned(), purposes: vec![purpose], above, window: WINDOW }
}

fn world(alarms: Vec<Alarm>) -> World {
    World::new(JOURNEY, Rulebook { alarms, ..Rulebook::default() })
}

fn draft() -> ChannelDraft {
    ChannelDraft {
        channel: Channel::Sms,
        sender: Some(SMS),
        address: None,
        in_window: Some(Rendered::Ready(Content::text("Sample"))),
        out_of_window: None,
    }
}

/// One message through the API, all the way to the provider; what the step that handed it over did.
fn send(world: &mut World, class: Class, purpose: Purpose) -> StepOutput {
    let origin = Origin::Api { key: "key".to_owned() };
    let request = MessageRequest { origin, class, purpose, topic: None, channels: vec![draft()], max_lateness: None };
    let output = world.apply(SignalBody::Request(Box::new(request))).unwrap();
    assert_eq!(output.reply["sent"], true, "nothing is ever held back: {:?}", output.reply);
    leave(world)
}

fn leave(world: &mut World) -> StepOutput {
    let id = world.outgoing(MessageStatus::Queued)[0];
    let output = world.apply(SignalBody::HandOff { message: id }).unwrap();
    assert_eq!(output.reply["go"], true);
    world.accept(id);
    output
}

/// Names of the alarms that a step rang, as the timeline, the counters and nobody else say.
fn rung(output: &StepOutput) -> Vec<String> {
    let lines = output.changes.timeline.iter().filter(|line| line.kind == TimelineKind::RuntimeNotice);
    let told: Vec<String> = lines.filter_map(|line| line.data.to_value()["alarm"].as_str().map(str::to_owned)).collect();
    let counted = output.changes.counters.iter().filter(|delta| delta.scope.starts_with("alarms:"));
    assert_eq!(told, counted.map(|delta| delta.name.clone()).collect::<Vec<_>>());
    told
}

#[test]
fn r_cap_4_transactional_and_service_are_counted_apart_and_alarmed_once_a_window() {
    let mut world = world(vec![alarm("orders", Purpose::Transactional, 3), alarm("help", Purpose::Service, 2)]);
    let start = world.now;
    let mut rings = Vec::new();
    for n in 0..8 {
        world.now = start + Millis::from_hours(n);
        let output = send(&mut world, Class::Transactional, Purpose::Transactional);
        rings.push(rung(&output).len());
        if n == 3 {
            let contact = world.state().contact.id.to_string();
            let delta = output.changes.counters.iter().find(|delta| delta.scope == decide::alarm_scope(world.now)).unwrap();
            assert_eq!((delta.key.as_str(), delta.name.as_str(), delta.by), (contact.as_str(), "orders", 1));
            let line = output.changes.timeline.iter().find(|line| line.kind == TimelineKind::RuntimeNotice).unwrap();
            let what = line.data.to_value()["what"].as_str().unwrap().to_owned();
            assert_eq!(what, "alarm `orders`: 4 messages in 1d, more than 3; nothing was held back");
        }
    }
    assert_eq!(rings, [0, 0, 0, 1, 0, 0, 0, 0], "the fourth is one too many, and that is said once");
    // Orders do not fill the count of service messages, nor the other way round.
    let rings: Vec<usize> = (0..4).map(|_| rung(&send(&mut world, Class::Service, Purpose::Service)).len()).collect();
    assert_eq!(rings, [0, 0, 1, 0]);
    // The window of the alarm ends a day after it rang; the count still holds what came in the last day.
    world.now = start + Millis::from_hours(3) + WINDOW - Millis(1);
    assert!(rung(&send(&mut world, Class::Transactional, Purpose::Transactional)).is_empty());
    world.now = start + Millis::from_hours(3) + WINDOW;
    assert_eq!(rung(&send(&mut world, Class::Transactional, Purpose::Transactional)), ["orders"]);
    // And when the pressure is gone, it is silent.
    world.now = world.now + Millis::from_days(3);
    assert!(rung(&send(&mut world, Class::Transactional, Purpose::Transactional)).is_empty());
}

/// The message that left in the step that planned it counts the same.
#[test]
fn r_cap_4_what_leaves_at_once_is_counted_too() {
    let mut world = world(vec![alarm("orders", Purpose::Transactional, 1)]);
    world.permit = vec![SMS];
    let mut rings = Vec::new();
    for _ in 0..3 {
        let origin = Origin::Api { key: "key".to_owned() };
        let (class, purpose) = (Class::Transactional, Purpose::Transactional);
        let request = MessageRequest { origin, class, purpose, topic: None, channels: vec![draft()], max_lateness: None };
        let output = world.apply(SignalBody::Request(Box::new(request))).unwrap();
        let left = output.changes.handed[0];
        world.accept(left);
        rings.push(rung(&output).len());
    }
    assert_eq!(rings, [0, 1, 0]);
}

/// A conversation is no pressure: what an agent writes neither rings nor counts.
#[test]
fn r_cap_4_what_people_write_by_hand_is_not_alarmed() {
    let mut world = world(vec![alarm("help", Purpose::Service, 2)]);
    world.writes("Hello, is anybody there?");
    for _ in 0..6 {
        let act = AgentAct::Reply { draft: draft(), seen: None, reply_to: None };
        world.apply(SignalBody::Agent { user: UserId::from_u128(1), act }).unwrap();
        assert!(rung(&leave(&mut world)).is_empty());
    }
    assert!(rung(&send(&mut world, Class::Service, Purpose::Service)).is_empty(), "the first of ours");
}

#[test]
fn r_cap_4_a_message_that_never_arrived_is_not_counted() {
    let mut world = world(vec![alarm("orders", Purpose::Transactional, 1)]);
    send(&mut world, Class::Transactional, Purpose::Transactional);
    let first = world.outgoing(MessageStatus::Accepted)[0];
    let receipt = model::signal::Receipt {
        message: Some(first),
        provider_id: Some(format!("sms.{first}")),
        channel: Channel::Sms,
        status: MessageStatus::Failed,
        at: world.now,
        error: None,
        price: None,
        category: None,
        charged: None,
        learnt: Vec::new(),
    };
    world.apply(SignalBody::Receipt(receipt)).unwrap();
    assert!(rung(&send(&mut world, Class::Transactional, Purpose::Transactional)).is_empty());
    assert_eq!(rung(&send(&mut world, Class::Transactional, Purpose::Transactional)), ["orders"]);
}

#[test]
fn r_cap_4_the_settings_are_checked() {
    let faults = |alarm: serde_json::Value| {
        let rules: Rulebook = serde_json::from_value(serde_json::json!({ "alarms": [alarm] })).unwrap();
        rules.validate().into_iter().map(|error| error.pointer).collect::<Vec<_>>()
    };
    let good = serde_json::json!({ "name": "a", "purposes": ["service"], "above": 0, "window": 1 });
    assert!(faults(good.clone()).is_empty());
    for (member, wrong) in [("window", serde_json::json!(0)), ("purposes", serde_json::json!([])), ("name", serde_json::json!(""))] {
        let mut bad = good.clone();
        bad[member] = wrong;
        assert_eq!(faults(bad), [format!("/alarms/0/{member}")]);
    }
    let twice = Rulebook { alarms: vec![alarm("a", Purpose::Service, 1), alarm("a", Purpose::Transactional, 1)], ..Rulebook::default() };
    assert_eq!(twice.validate()[0].pointer, "/alarms/1/name");
    assert!(Rulebook::default().validate().is_empty());
}
