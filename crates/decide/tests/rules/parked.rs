//! Runs that wait for weeks (A11, R-WAIT).

use model::value::Attributes;
use model::{MessageStatus, Millis, Value};
use policy::Rulebook;

use crate::world::{START, World};

pub const JOURNEY: &str = "\
journey: survey
title: Survey
owner: desk
purpose: service
entry: { on: order_delivered, key: event.order_id }
context:
  order_id: event.order_id
  product: { type: text, from: event.product }
goal: { none: An answer is all that it is for. }
takeover: { queue: desk }
start: ask
steps:
  ask:
    send:
      sms: { text: \"How do you like {{ run.product }}? Write a word.\" }
      expects_reply: true
      max_lateness: 1h
      fallback: { too_late: over, any: over }
    next: answer
  answer:
    await:
      reply_to: ask
      any_text: thank
      default: over
      timeout: { after: 90d, to: over }
  thank:
    send:
      sms: { text: \"Thank you for your word on {{ run.product }} of order {{ run.order_id }}: {{ run.replies.ask.text }}\" }
      max_lateness: 1h
      expects_reply: inbox
      fallback: { too_late: over, any: over }
    next: over
  over: { end: done }
";

/// Bytes of everything that is kept for a contact with one waiting run: a million of them fit into a gigabyte with room to spare.
const PARKED_MAX: usize = 700;

fn parked() -> World {
    let mut world = World::new(JOURNEY, Rulebook::default());
    let text = |text: &str| Value::from(text);
    world.event("order_delivered", Attributes::from([("order_id".to_owned(), text("B-1001")), ("product".to_owned(), text("the kettle"))]));
    let asked = world.outgoing(MessageStatus::Queued)[0];
    assert!(world.hand_off(asked));
    world.accept(asked);
    world
}

#[test]
fn a11_a_run_parked_for_sixty_days_resumes_on_the_answer_with_its_variables() {
    let mut world = parked();
    let before = world.state().runs[0].clone();
    assert_eq!(before.position.step, "answer");
    // Wakes that find nothing due change nothing.
    for day in 1..=60 {
        world.now = START + Millis::from_days(day);
        world.apply(model::signal::SignalBody::Wake).unwrap();
    }
    assert_eq!(world.state().runs[0], before);
    world.writes("splendid");
    let run = &world.state().runs[0];
    assert_eq!((run.id, run.position.step.as_str(), &run.context), (before.id, "thank", &before.context));
    let thanks = world.messages[&world.outgoing(MessageStatus::Queued)[0]].summary();
    assert_eq!(thanks, "Thank you for your word on the kettle of order B-1001: splendid");
}

#[test]
fn a11_a_parked_run_takes_little_room() {
    let bytes = parked().state.unwrap().len();
    assert!(bytes <= PARKED_MAX, "{bytes} bytes");
}

/// R-WAIT-1: the timeout is the other way out, at its moment and not before.
#[test]
fn a11_without_an_answer_the_run_ends_at_its_timeout() {
    let mut world = parked();
    world.now = START + Millis::from_days(90) - Millis(1);
    let next = world.apply(model::signal::SignalBody::Wake).unwrap().changes.next_wake;
    assert_eq!((world.state().runs.len(), next), (1, Some(START + Millis::from_days(90))));
    world.now = START + Millis::from_days(90);
    world.apply(model::signal::SignalBody::Wake).unwrap();
    assert!(world.state().runs.is_empty());
}
