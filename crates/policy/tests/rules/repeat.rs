//! The same offer from two authors (R-DEDUP-3).

use model::content::Content;
use model::message::Origin;
use model::{BroadcastId, Channel, MessageId, Millis, Purpose};
use policy::{RepeatSettings, Rulebook, Said};

use crate::support::*;

const EARLIER: MessageId = MessageId::from_u128(50);

/// A promotional world at any hour, without caps and contests, in which somebody else has just said `text`.
fn world(text: &str) -> World {
    let mut world = World::promotional();
    world.rules.quiet_hours.clear();
    world.rules.caps.clear();
    world.rules.contest.horizon.clear();
    world.history.count(EARLIER, world.now - Millis::from_hours(30), Channel::Sms, Purpose::Promotional);
    world.history.said(EARLIER, said(text));
    world
}

fn said(text: &str) -> Option<Said> {
    Said::of(&Origin::Broadcast { broadcast: BroadcastId::from_u128(9), version: "v1".into() }, &Content::text(text))
}

/// The words that the world's own message would say.
fn own_words(world: &World) -> String {
    let chosen = world.judge().chosen.expect("it may go");
    chosen.content.plain_text()
}

#[test]
fn r_dedup_3_the_same_words_from_somebody_else_are_not_said_again() {
    let words = own_words(&world("something else entirely"));
    assert_eq!(world(&words).verdict(), "repeat");
    // However they are set, and wherever each person's links lead.
    let shouted = format!("  {}!! https://go.example.com/s/aB3", words.to_uppercase().replace(' ', " \n "));
    assert_eq!(world(&shouted).verdict(), "repeat");
    assert_eq!(world(&format!("{words} today")).verdict(), "whatsapp");
}

#[test]
fn r_dedup_3_an_author_may_say_it_twice() {
    let mut world = world("something else entirely");
    let words = own_words(&world);
    world.history.said(EARLIER, Said::of(&world.intent.origin, &Content::text(words.clone())));
    assert_eq!(world.verdict(), "whatsapp");
    world.history.said(EARLIER, said(&words));
    assert_eq!(world.verdict(), "repeat");
}

#[test]
fn r_dedup_3_the_time_is_exact_and_what_did_not_go_counts_nothing() {
    let mut world = world("something else entirely");
    let words = own_words(&world);
    let week = Millis::from_days(7);
    for (ago, verdict) in [(Millis(week.0 - 1), "repeat"), (week, "whatsapp")] {
        world.history.count(EARLIER, world.now - ago, Channel::Sms, Purpose::Promotional);
        world.history.said(EARLIER, said(&words));
        assert_eq!(world.verdict(), verdict, "{ago} ago");
    }
    world.history.reserve(EARLIER, world.now, Channel::Sms, Purpose::Promotional);
    world.history.said(EARLIER, said(&words));
    assert_eq!(world.verdict(), "whatsapp", "it has not gone");
}

#[test]
fn r_dedup_3_a_workspace_says_what_may_be_repeated() {
    let words = own_words(&world("something else entirely"));
    let mut world = world(&words);
    world.rules.repeat.within.clear();
    assert_eq!(world.verdict(), "whatsapp");
    for (within, right) in
        [(Millis(1), true), (Millis::from_days(90), true), (Millis::ZERO, false), (Millis(Millis::from_days(90).0 + 1), false)]
    {
        let rules = Rulebook { repeat: RepeatSettings { within: [(Purpose::Service, within)].into() }, ..Rulebook::default() };
        assert_eq!(rules.validate().is_empty(), right, "{within}");
    }
}

/// Words are forgotten after 90 days, and texts without words of their own are nobody's.
#[test]
fn r_dedup_3_little_is_kept_and_not_for_long() {
    assert!(said("Hi! 😀 12 34").is_none() && said("https://example.com/offer").is_none() && said("Ten per cent off").is_some());
    let mut world = world("something else entirely");
    world.history.prune(world.now + Millis::from_days(60));
    assert!(world.history.marks()[0].said.is_some());
    world.history.prune(world.now + Millis::from_days(89));
    assert!(world.history.marks().iter().all(|mark| mark.said.is_none()));
}
