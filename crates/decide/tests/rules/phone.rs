//! What the business writes on the phone that shares a number is shown, counts as a person's word, and is never sent again.

use model::inbound::{InboundContent, PhoneMessage};
use model::message::Origin;
use model::signal::{Receipt, SignalBody};
use model::timeline::TimelineKind;
use model::{Channel, Direction, Message, MessageStatus, Millis};
use policy::Rulebook;
use storage::StepOutput;

use crate::world::{SMS, START, World, phone};

const ASKS: &str = "\
journey: asks
title: Asks
owner: desk
purpose: service
entry: { on: booked, key: event.n, policy: once }
goal: { none: It only asks. }
takeover: { queue: desk }
start: ask
steps:
  ask:
    send:
      sms: { text: \"Does Monday suit you?\" }
      max_lateness: 2h
    next: rest
  rest: { delay: { for: 1h }, next: remind }
  remind:
    send:
      sms: { text: \"Please answer.\" }
      max_lateness: 9d
    next: over
  over: { end: done }
";

fn world() -> World {
    World::new(ASKS, Rulebook::default())
}

fn writes_on_the_phone(world: &mut World, text: &str) -> (StepOutput, Message) {
    let sent = PhoneMessage {
        channel: Channel::Sms,
        sender: SMS,
        provider_id: "phone.1".to_owned(),
        to: vec![phone()],
        profile_name: Some("Ana".to_owned()),
        content: InboundContent::Text { body: text.to_owned() },
        in_reply_to: None,
        sent_at: world.now - Millis::from_secs(3),
    };
    let output = world.apply(SignalBody::SentByPhone(sent)).unwrap();
    let message = output.changes.messages.iter().find(|message| message.origin == Origin::Phone).cloned().unwrap();
    (output, message)
}

fn is_booked(world: &mut World) {
    world.event("booked", [("n".to_owned(), 1.into())].into());
}

#[test]
fn what_is_written_on_the_phone_stands_in_the_thread_and_is_not_sent() {
    let mut world = world();
    let (output, message) = writes_on_the_phone(&mut world, "See you at nine.");
    assert_eq!(
        (message.direction, message.status, message.summary().as_str()),
        (Direction::Out, MessageStatus::Accepted, "See you at nine.")
    );
    assert_eq!(message.times[&MessageStatus::Accepted], START - Millis::from_secs(3));
    assert!(output.changes.handed.is_empty() && world.state().outbox.is_empty() && output.changes.decisions.is_empty());
    let line = output.changes.timeline.iter().find(|line| line.kind == TimelineKind::MessageRecorded).unwrap();
    assert_eq!((line.at, line.message), (START - Millis::from_secs(3), Some(message.id)));
    let state = world.state();
    assert_eq!((state.contact.name.as_deref(), state.thread.last_message.as_str()), (Some("Ana"), "See you at nine."));
    assert!(state.thread.case.is_none(), "nothing was under way, so nobody has to look");
}

#[test]
fn a_receipt_moves_what_was_written_on_the_phone() {
    let mut world = world();
    let (_, message) = writes_on_the_phone(&mut world, "See you at nine.");
    let receipt = Receipt {
        message: None,
        provider_id: Some("phone.1".to_owned()),
        channel: Channel::Sms,
        status: MessageStatus::Read,
        at: world.now,
        error: None,
        price: None,
        category: None,
        charged: None,
        learnt: Vec::new(),
    };
    world.apply_about(message.id, SignalBody::Receipt(receipt));
    assert_eq!(world.messages[&message.id].status, MessageStatus::Read);
}

#[test]
fn r_inb_4_a_journey_that_is_under_way_is_held_until_a_person_gives_the_word_back() {
    let mut world = world();
    is_booked(&mut world);
    let asked = world.outgoing(MessageStatus::Queued)[0];
    assert!(world.hand_off(asked));
    world.accept(asked);
    world.now = START + Millis::from_mins(1);
    writes_on_the_phone(&mut world, "Never mind, Tuesday then.");
    let case = world.state().thread.case.unwrap();
    assert!(case.resolved_at.is_none() && case.handoff.summary.contains("Tuesday"));
    assert_eq!(case.first_reply_at, Some(world.now), "nobody waits for an answer");
    // The hour is over; the reminder waits while a person has the word.
    world.now = START + Millis::from_hours(2);
    world.apply(SignalBody::Wake).unwrap();
    let reminder = world.outgoing(MessageStatus::Queued);
    assert_eq!(reminder.len(), 1);
    assert!(world.messages[&reminder[0]].not_before.is_some_and(|at| at > world.now), "held");
    let user = model::UserId::from_u128(1);
    world.apply(SignalBody::Agent { user, act: model::signal::AgentAct::ReturnToBot }).unwrap();
    let reminder = world.outgoing(MessageStatus::Queued)[0];
    assert!(world.messages[&reminder].not_before.is_none_or(|at| at <= world.now));
}

#[test]
fn r_inb_4_words_on_the_phone_answer_a_case_that_waits() {
    let mut world = world();
    world.writes("Is anybody there?");
    assert!(world.state().thread.case.unwrap().first_reply_at.is_none());
    world.now = START + Millis::from_mins(5);
    writes_on_the_phone(&mut world, "Yes, how can we help?");
    let thread = world.state().thread;
    assert_eq!((thread.unread, thread.case.unwrap().first_reply_at), (0, Some(world.now)));
}

#[test]
fn what_was_written_on_the_phone_changes_and_goes_as_it_does_there() {
    let mut world = world();
    let (_, message) = writes_on_the_phone(&mut world, "See you at nine.");
    let again = |world: &World, id: &str, content: InboundContent| PhoneMessage {
        channel: Channel::Sms,
        sender: SMS,
        provider_id: id.to_owned(),
        to: vec![phone()],
        profile_name: None,
        content,
        in_reply_to: None,
        sent_at: world.now,
    };
    let edit = InboundContent::Edit { of: "phone.1".to_owned(), body: Some("See you at ten.".to_owned()) };
    world.apply_about(message.id, SignalBody::SentByPhone(again(&world, "phone.2", edit)));
    assert_eq!(world.messages[&message.id].summary(), "See you at ten.");
    let thread = world.state().thread;
    assert_eq!((thread.last_message.as_str(), thread.unread), ("See you at ten.", 0), "our own words are nobody's to read");
    world.apply_about(message.id, SignalBody::SentByPhone(again(&world, "phone.3", InboundContent::Revoke { of: "phone.1".to_owned() })));
    assert!(world.messages[&message.id].revoked_at.is_some());
    assert_eq!(world.messages.len(), 1, "a change is no message");
}
