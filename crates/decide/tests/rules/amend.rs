//! What a person changes or deletes changes what is shown of it, in whatever order the provider tells.

use model::inbound::{IDENTITY_CHANGED, InboundContent};
use model::timeline::TimelineKind;
use model::{ConsentState, Message, Millis, Timestamp};
use policy::Rulebook;
use storage::StepOutput;

use crate::world::{START, World, phone};

const QUIET: &str = "\
journey: quiet
title: Quiet
owner: desk
purpose: service
entry: { on: never, key: event.n, policy: once }
goal: { none: It only waits. }
takeover: { queue: desk }
start: over
steps:
  over: { end: done }
";

fn world() -> World {
    World::new(QUIET, Rulebook::default())
}

fn text(body: &str) -> InboundContent {
    InboundContent::Text { body: body.to_owned() }
}

fn edit(of: &str, body: &str) -> InboundContent {
    InboundContent::Edit { of: of.to_owned(), body: Some(body.to_owned()) }
}

fn revoke(of: &str) -> InboundContent {
    InboundContent::Revoke { of: of.to_owned() }
}

fn later(seconds: i64) -> Timestamp {
    START + Millis::from_secs(seconds)
}

fn stored(world: &World, provider_id: &str) -> Message {
    let found = world.messages.values().find(|message| message.provider_id.as_deref() == Some(provider_id));
    Message::clone(found.unwrap())
}

fn lines(output: &StepOutput, kind: TimelineKind) -> Vec<serde_json::Value> {
    output.changes.timeline.iter().filter(|line| line.kind == kind).map(|line| line.data.to_value()).collect()
}

#[test]
fn an_edit_changes_the_message_and_the_timeline_keeps_the_earlier_words() {
    let mut world = world();
    world.sends_in("m1", text("Table for two"), START);
    let known = world.messages.len();
    let output = world.sends_in("e1", edit("m1", "Table for three"), later(60));
    let message = stored(&world, "m1");
    assert_eq!((message.received.clone(), message.edited_at), (Some(text("Table for three")), Some(later(60))));
    assert_eq!(world.messages.len(), known, "an edit is no message of its own");
    let told = lines(&output, TimelineKind::MessageEdited);
    assert_eq!((told[0]["before"].as_str(), told[0]["after"].as_str()), (Some("Table for two"), Some("Table for three")));
    let thread = output.changes.conversation.expect("the thread is shown anew");
    assert_eq!((thread.last_message.as_str(), thread.unread), ("Table for three", 2));
    assert_eq!(output.reply["message_id"], message.id.to_string());
}

#[test]
fn an_older_edit_that_comes_late_does_not_undo_a_newer_one() {
    let mut world = world();
    world.sends_in("m1", text("one"), START);
    world.sends_in("e2", edit("m1", "three"), later(20));
    let output = world.sends_in("e1", edit("m1", "two"), later(10));
    let message = stored(&world, "m1");
    assert_eq!((message.received, message.edited_at), (Some(text("three")), Some(later(20))));
    assert_eq!(lines(&output, TimelineKind::MessageEdited)[0]["after"], "two", "it was said all the same");
}

#[test]
fn what_was_deleted_is_kept_and_not_shown() {
    let mut world = world();
    world.sends_in("m1", text("My card is 4000"), START);
    let case = world.state().thread.case.unwrap();
    assert!(case.handoff.summary.contains("My card"));
    let output = world.sends_in("r1", revoke("m1"), later(30));
    let message = stored(&world, "m1");
    assert_eq!((message.revoked_at, message.received.as_ref()), (Some(later(30)), Some(&text("My card is 4000"))));
    let thread = output.changes.conversation.clone().unwrap();
    assert_eq!(thread.last_message, "message deleted");
    assert!(!thread.case.unwrap().handoff.summary.contains("My card"), "nor where the case quotes it");
    assert_eq!(lines(&output, TimelineKind::MessageRevoked).len(), 1);
}

#[test]
fn a_case_does_not_quote_what_was_deleted_however_long_it_was() {
    let said =
        ["My card is 4000", "My “card” is\n4000, and so on", &"My number is 4000 ".repeat(40), "please no longer send me these My 4000"];
    for words in said {
        let mut world = world();
        world.sends_in("m1", text(words), START);
        assert!(world.state().thread.case.unwrap().handoff.summary.contains("My"), "{words}");
        world.sends_in("e1", edit("m1", &format!("{words} twice")), later(1));
        world.sends_in("r1", revoke("m1"), later(2));
        let summary = world.state().thread.case.unwrap().handoff.summary;
        assert!(!summary.contains("My") && !summary.contains("4000") && summary.contains('“'), "{summary}");
    }
}

#[test]
fn a_change_that_overtakes_its_message_is_not_lost() {
    let mut world = world();
    world.sends_in("e1", edit("m1", "two"), later(5));
    world.sends_in("r2", revoke("m2"), later(6));
    assert_eq!(world.state().early.len(), 2);
    world.sends_in("m1", text("one"), START);
    let output = world.sends_in("m2", text("secret"), START);
    assert_eq!((stored(&world, "m1").received, stored(&world, "m1").edited_at), (Some(text("two")), Some(later(5))));
    assert_eq!(stored(&world, "m2").revoked_at, Some(later(6)));
    assert!(world.state().early.is_empty());
    assert!(!output.changes.conversation.unwrap().last_message.contains("secret"));
}

#[test]
fn changes_that_never_find_their_message_do_not_grow_the_state() {
    let mut world = world();
    for n in 0..100 {
        world.sends_in(&format!("e{n}"), edit(&format!("gone{n}"), "x"), START);
    }
    assert_eq!(world.state().early.len(), 64);
}

#[test]
fn r_con_4_a_message_that_is_edited_into_stop_withdraws_consent() {
    let mut world = world();
    world.sends_in("m1", text("Hello"), START);
    world.sends_in("e1", edit("m1", "STOP"), later(10));
    let standing = world.state().consent.standing().to_vec();
    assert!(standing.iter().any(|one| one.scope.address == phone() && one.state == ConsentState::OptedOut));
}

#[test]
fn a_new_identity_is_noted_at_the_address_and_told_to_whoever_has_the_thread() {
    let mut world = world();
    world.sends_in("m1", text("Hello"), START);
    let (unread, messages) = (world.state().thread.unread, world.messages.len());
    let notice = InboundContent::System { kind: IDENTITY_CHANGED.to_owned(), data: serde_json::Value::Null };
    let output = world.sends_in("s1", notice, later(10));
    let state = world.state();
    assert_eq!(state.contact.address(&phone()).unwrap().identity_changed_at, Some(later(10)));
    assert_eq!((state.thread.unread, world.messages.len()), (unread + 1, messages), "it is nothing that the person said");
    assert_eq!(lines(&output, TimelineKind::IdentityChanged).len(), 1);
    assert!(output.changes.conversation.is_some());
}
