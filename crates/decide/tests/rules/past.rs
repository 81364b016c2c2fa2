//! What was said before a number was connected is shown and moves nothing; only STOP counts (R-CON-4).

use model::content::MediaKind;
use model::inbound::{InboundContent, InboundMedia, PastMessage};
use model::signal::SignalBody;
use model::timeline::TimelineKind;
use model::{Channel, ConsentState, Direction, MessageId, MessageStatus, Millis};
use policy::Rulebook;
use storage::StepOutput;

use crate::world::{SMS, START, World, phone};

const GREETS: &str = "\
journey: greets
title: Greets
owner: desk
purpose: service
entry: { on: booked, key: event.n, policy: once }
goal: { none: It only greets. }
takeover: { queue: desk }
start: greet
steps:
  greet:
    send:
      sms: { text: \"Hello!\" }
      max_lateness: 2h
    next: over
  over: { end: done }
";

fn world() -> World {
    World::new(GREETS, Rulebook::default())
}

fn said(id: &str, direction: Direction, content: InboundContent, ago: Millis) -> PastMessage {
    PastMessage {
        channel: Channel::Sms,
        sender: SMS,
        provider_id: id.to_owned(),
        direction,
        with: vec![phone()],
        in_two: matches!(content, InboundContent::Media(_) | InboundContent::Unsupported { .. }),
        content,
        in_reply_to: None,
        status: if direction == Direction::In { MessageStatus::Received } else { MessageStatus::Read },
        sent_at: START - ago,
    }
}

fn words(id: &str, direction: Direction, text: &str, ago: Millis) -> SignalBody {
    SignalBody::Past(said(id, direction, InboundContent::Text { body: text.to_owned() }, ago))
}

fn id_of(output: &StepOutput) -> MessageId {
    output.reply["message_id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

#[test]
fn it_stands_in_the_thread_and_nobody_has_to_answer() {
    let mut world = world();
    let output = world.apply(words("a", Direction::In, "Do you open on Sundays?", Millis::from_days(9))).unwrap();
    world.apply(words("b", Direction::Out, "From ten.", Millis::from_days(8))).unwrap();
    world.apply(words("c", Direction::In, "Is there parking?", Millis::from_days(30))).unwrap();
    let line = output.changes.timeline.iter().find(|line| line.kind == TimelineKind::MessageImported).unwrap();
    assert_eq!((line.at, line.message), (START - Millis::from_days(9), Some(id_of(&output))));
    let state = world.state();
    let thread = &state.thread;
    assert_eq!((thread.last_message.as_str(), thread.last_message_at), ("From ten.", START - Millis::from_days(8)), "whatever came last");
    assert_eq!((thread.unread, thread.imported, thread.channel), (0, 3, Some(Channel::Sms)));
    assert_eq!(thread.last_inbound_at, Some(START - Millis::from_days(9)));
    assert!(thread.case.is_none() && state.runs.is_empty() && state.outbox.is_empty(), "no case, no journey, no answer");
    assert!(world.messages.values().all(|message| message.decision.is_none()));
}

#[test]
fn what_is_said_later_comes_after_it() {
    let mut world = world();
    world.writes("Hello?");
    world.apply(words("a", Direction::In, "Years ago", Millis::from_days(90))).unwrap();
    let thread = world.state().thread;
    assert_eq!((thread.last_message.as_str(), thread.imported, thread.unread), ("Hello?", 1, 1));
}

#[test]
fn r_con_4_a_stop_of_then_counts_and_is_not_answered() {
    let mut world = world();
    let output = world.apply(words("a", Direction::In, "STOP", Millis::from_days(40))).unwrap();
    let entry = output.changes.ledger.first().expect("an entry");
    assert_eq!((entry.change.state, entry.change.at), (ConsentState::OptedOut, START - Millis::from_days(40)));
    assert_eq!(entry.change.evidence, Some(id_of(&output).to_string()));
    assert!(world.state().outbox.is_empty(), "nobody is told now what they said then");
}

#[test]
fn r_con_4_the_last_word_counts_in_whatever_order_they_come() {
    let standing = |world: &World| world.state().consent.standing().iter().map(|standing| standing.state).collect::<Vec<_>>();
    let (stop, start) = (("STOP", Millis::from_days(40)), ("START", Millis::from_days(20)));
    for order in [[stop, start], [start, stop]] {
        let mut world = world();
        for (n, (text, ago)) in order.into_iter().enumerate() {
            world.apply(words(&n.to_string(), Direction::In, text, ago)).unwrap();
        }
        let states = standing(&world);
        assert!(!states.is_empty() && states.iter().all(|state| *state == ConsentState::OptedIn), "{states:?}");
    }
    let mut world = world();
    world.apply(words("a", Direction::Out, "Write STOP to end this. STOP", Millis::from_days(1))).unwrap();
    world.apply(words("b", Direction::Out, "STOP", Millis::from_days(1))).unwrap();
    assert!(!standing(&world).contains(&ConsentState::OptedOut), "our own words are nobody's refusal");
}

#[test]
fn a_file_and_its_place_become_one_message_in_any_order() {
    let place = InboundContent::Unsupported { kind: "media_placeholder".to_owned(), raw: serde_json::Value::Null };
    let file = InboundContent::Media(InboundMedia {
        kind: MediaKind::Image,
        mime: "image/jpeg".to_owned(),
        provider_ref: "media.1".to_owned(),
        caption: Some("The bill".to_owned()),
        filename: None,
        stored: None,
    });
    for order in [[place.clone(), file.clone()], [file.clone(), place]] {
        let mut world = world();
        let [first, second] = order.map(|content| SignalBody::Past(said("f", Direction::In, content, Millis::from_days(3))));
        let id = id_of(&world.apply(first).unwrap());
        assert_eq!(id_of(&world.apply_about(id, second)), id);
        assert_eq!(world.messages.len(), 1);
        assert_eq!(world.messages[&id].received, Some(file.clone()));
        let thread = world.state().thread;
        assert_eq!((thread.imported, thread.last_message.as_str()), (1, world.messages[&id].summary().as_str()));
    }
}
