//! Messages that leave in the step that plans them, because their sender keeps a call free: what comes of it is what came of two steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{JourneyState, Published};
use journey::CompileContext;
use model::decision::Stage;
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::signal::{MessageRequest, SignalBody};
use model::timeline::TimelineKind;
use model::value::Attributes;
use model::{Channel, Message, MessageId, MessageStatus, Millis, Purpose, SenderId, Value};
use policy::{Cap, Decision, Rulebook};
use storage::StepOutput;

use crate::world::{SMS, WS, World};

const NEWS: &str = "\
journey: news
title: News
owner: desk
purpose: service
entry: { on: news, key: event.n, policy: { parallel: 9 } }
context:
  n: { type: int, from: event.n }
goal: { none: It only tells. }
takeover: { queue: desk }
start: tell
steps:
  tell:
    send:
      sms: { text: \"News {{ run.n }}\" }
      max_lateness: 1h
      fallback: { any: over }
    next: over
  over: { end: done }
";

/// Sees the same event after the other journey.
const THEN: &str = "\
journey: then
title: Then
owner: desk
purpose: service
entry: { on: news, key: event.n, policy: { parallel: 9 } }
context:
  n: { type: int, from: event.n }
goal: { none: It only notes. }
takeover: { queue: desk }
start: act
steps:
  act: ACT
  over: { end: done }
";

fn world() -> World {
    World::new(NEWS, Rulebook::default())
}

/// With a second journey that does something in the same step, after the first has planned its message.
fn world_then(act: &str) -> World {
    let world = world();
    let compiled = journey::compile("then.yaml", &THEN.replace("ACT", act), &CompileContext::default());
    let told: Vec<String> = compiled.diagnostics.iter().map(journey::Diagnostic::one_line).collect();
    let journey = Arc::new(compiled.journey.unwrap_or_else(|| panic!("{}", told.join("\n"))));
    let versions = BTreeMap::from([(journey.version.clone(), Arc::clone(&journey))]);
    let mut catalogue = decide::Catalogue::clone(&world.core.catalogue(WS).unwrap());
    catalogue.journeys.insert(journey.name.clone(), Published { state: JourneyState::Open, current: journey, versions });
    world.core.install(WS, catalogue);
    world
}

fn news(world: &mut World, n: i64) -> StepOutput {
    world.event("news", Attributes::from([("n".to_owned(), Value::Int(n))]))
}

fn only(world: &World) -> &Message {
    let mut all = world.messages.values();
    let message = all.next().expect("one message");
    assert!(all.next().is_none());
    message
}

/// Without what a draw made.
fn alike(message: &Message) -> Message {
    Message { id: MessageId::from_u128(0), decision: None, seal: None, ..message.clone() }
}

fn request(class: Class, purpose: Purpose) -> SignalBody {
    let draft = ChannelDraft {
        channel: Channel::Sms,
        sender: Some(SMS),
        address: None,
        in_window: Some(Rendered::Ready(model::content::Content::text("Your table is ready."))),
        out_of_window: None,
    };
    let origin = Origin::Api { key: "key".to_owned() };
    SignalBody::Request(Box::new(MessageRequest { origin, class, purpose, topic: None, channels: vec![draft], max_lateness: None }))
}

#[test]
fn with_room_a_message_leaves_in_the_step_that_plans_it() {
    let mut world = world();
    world.permit = vec![SMS];
    let output = news(&mut world, 1);
    let message = only(&world).clone();
    assert_eq!((message.status, message.attempts), (MessageStatus::Sending, 1));
    assert_eq!(output.changes.handed, [message.id]);
    // The gate was asked once, and that is the decision by which it left.
    let [record] = output.changes.decisions.as_slice() else { panic!("{:?}", output.changes.decisions) };
    assert_eq!((Some(record.id), record.stage, record.at), (message.decision, Stage::HandOff, message.created_at));
    let key = world.core.catalogue(WS).unwrap().gate_key.clone();
    assert_eq!(Decision::open(&message, &key).unwrap().id(), record.id);
    world.accept(message.id);
    assert_eq!(only(&world).status, MessageStatus::Accepted);
    assert!(world.state().outbox.is_empty());
}

#[test]
fn one_step_with_room_is_as_good_as_two_without() {
    let (mut with, mut without) = (world(), world());
    with.permit = vec![SMS];
    news(&mut with, 1);
    news(&mut without, 1);
    let queued = without.outgoing(MessageStatus::Queued)[0];
    assert!(without.hand_off(queued));
    assert_eq!(alike(only(&with)), alike(only(&without)));
    let marks = |world: &World| -> Vec<_> {
        let state = world.state();
        state.history.marks().iter().map(|mark| (mark.at, mark.channel, mark.purpose, mark.state)).collect()
    };
    assert_eq!(marks(&with), marks(&without));
    assert_eq!(with.state().thread.last_message_at, without.state().thread.last_message_at);
}

#[test]
fn room_at_another_sender_does_not_count() {
    let mut world = world();
    world.permit = vec![SenderId::from_u128(99)];
    let output = news(&mut world, 1);
    assert_eq!(only(&world).status, MessageStatus::Queued);
    assert!(only(&world).seal.is_none() && output.changes.handed.is_empty());
    assert_eq!(output.changes.decisions[0].stage, Stage::Plan);
}

#[test]
fn nothing_overtakes_what_waits_or_is_under_way_to_the_same_person() {
    let mut world = world();
    news(&mut world, 1);
    world.permit = vec![SMS];
    news(&mut world, 2);
    let queued = world.outgoing(MessageStatus::Queued);
    assert_eq!(queued.len(), 2, "the first waits, so the second waits behind it");
    world.permit.clear();
    assert!(world.hand_off(queued[0]) && world.hand_off(queued[1]));
    world.permit = vec![SMS];
    news(&mut world, 3);
    assert_eq!(world.outgoing(MessageStatus::Queued).len(), 1, "two are under way");
    for id in queued {
        world.accept(id);
    }
    let last = world.outgoing(MessageStatus::Queued)[0];
    assert!(world.hand_off(last));
    world.accept(last);
    news(&mut world, 4);
    assert_eq!(world.outgoing(MessageStatus::Sending).len(), 1, "the way is free again");
}

#[test]
fn one_call_that_is_kept_free_is_for_one_message() {
    let twice = "{ send: { sms: { text: \"And more\" }, max_lateness: 1h, fallback: { any: over } }, next: over }";
    let mut world = world_then(twice);
    world.permit = vec![SMS];
    let output = news(&mut world, 1);
    assert_eq!(output.changes.handed.len(), 1);
    assert_eq!((world.outgoing(MessageStatus::Sending).len(), world.outgoing(MessageStatus::Queued).len()), (1, 1));
}

/// What the rest of the step changes might change the gate's answer: it is asked again, at the hand-off.
#[test]
fn what_changes_after_the_gates_answer_makes_the_message_wait() {
    let changes = "{ set: { contact.last_news: run.n }, next: over }";
    let calls = "{ hand_off: { queue: desk, summary: \"They got news.\" }, next: over }";
    for (act, holds) in [(changes, false), (calls, true)] {
        let mut world = world_then(act);
        world.permit = vec![SMS];
        let output = news(&mut world, 1);
        assert!(output.changes.handed.is_empty());
        let queued = world.outgoing(MessageStatus::Queued);
        assert_eq!(queued.len(), 1, "{act}");
        // An open case holds what a journey wants to say.
        assert_eq!(world.hand_off(queued[0]), !holds, "{act}");
    }
}

#[test]
fn r_cap_3_what_a_cap_defers_or_refuses_does_not_leave_although_there_is_room() {
    let cap = Cap {
        name: "one a day".to_owned(),
        purposes: vec![Purpose::Transactional],
        channels: Vec::new(),
        limit: 1,
        window: Millis::from_hours(24),
    };
    let mut world = World::new(NEWS, Rulebook { caps: vec![cap], ..Rulebook::default() });
    world.permit = vec![SMS];
    world.apply(request(Class::Transactional, Purpose::Transactional)).unwrap();
    let first = world.outgoing(MessageStatus::Sending)[0];
    world.accept(first);
    // It was counted when it left.
    let output = world.apply(request(Class::Transactional, Purpose::Transactional)).unwrap();
    assert_eq!(output.reply["code"], "capped");
    assert!(output.changes.handed.is_empty() && output.changes.messages.is_empty());
}

/// R-CON-3: the withdrawal comes first, whatever room there is.
#[test]
fn r_con_3_nothing_but_the_confirmation_leaves_with_a_withdrawal() {
    let mut world = world();
    world.permit = vec![SMS];
    let output = world.writes("STOP");
    let said: Vec<&Message> = output.changes.messages.iter().filter(|message| message.direction == model::Direction::Out).collect();
    assert_eq!(said.len(), 1);
    assert!(matches!(said[0].origin, Origin::Compliance { .. }) && said[0].status == MessageStatus::Sending);
    let first = said[0].id;
    world.accept(first);
    let output = world.apply(request(Class::Promotional, Purpose::Promotional)).unwrap();
    assert!(output.changes.handed.is_empty());
    assert!(output.changes.timeline.iter().any(|line| line.kind == TimelineKind::MessageNotSent));
}
