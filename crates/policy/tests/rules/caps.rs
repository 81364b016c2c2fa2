//! Caps (R-CAP-1 to R-CAP-4, A79).

use std::collections::VecDeque;

use model::message::OnCap;
use model::{Channel, Draws, MessageId, Millis, Purpose, Rng as _, Timestamp};
use policy::caps::CapRule;
use policy::rule::Rule as _;
use policy::{Cap, Rulebook, SendHistory};
use proptest::prelude::*;

use crate::support::*;

fn cap(limit: u32, hours: i64) -> Cap {
    Cap { name: "cap".into(), purposes: vec![Purpose::Promotional], channels: Vec::new(), limit, window: Millis::from_hours(hours) }
}

/// A promotional world at any hour, with one cap.
fn world(limit: u32, hours: i64) -> World {
    let mut world = World::promotional();
    world.rules.quiet_hours.clear();
    world.rules.caps = vec![cap(limit, hours)];
    world
}

proptest! {
    /// A79, R-CAP-1: wishes at random moments on random channels, some planned and handed over later, some released: no stretch of
    /// 24 hours ever holds more than N messages.
    #[test]
    fn a79_no_24_hour_window_ever_exceeds_the_cap(
        limit in 1u32..4,
        wishes in proptest::collection::vec((0i64..600, 0i64..600, any::<bool>(), 0u8..4), 1..60),
    ) {
        let mut world = world(limit, 24);
        let start = world.now;
        let mut sent: Vec<Timestamp> = Vec::new();
        // (moment, wish, is hand-off): planned first, handed over `delay` minutes later.
        let mut acts: Vec<(i64, usize, bool)> = Vec::new();
        let mut clock = 0;
        for (i, (gap, delay, _, _)) in wishes.iter().enumerate() {
            clock += gap;
            acts.push((clock, i, false));
            acts.push((clock + delay, i, true));
        }
        acts.sort();
        let mut planned = vec![false; wishes.len()];
        for (minute, i, hand_off) in acts {
            let (_, _, on_sms, fate) = wishes[i];
            let id = MessageId::from_u128(i as u128 + 1);
            let channel = if on_sms { Channel::Sms } else { Channel::Whatsapp };
            world.now = start + Millis::from_mins(minute);
            world.intent.due_at = world.now;
            world.message = Some(id);
            world.intent.channels = vec![if on_sms { sms_draft() } else { whatsapp_draft() }];
            if !hand_off {
                if world.verdict() == channel.as_str() {
                    planned[i] = true;
                    world.history.reserve(id, world.now, channel, Purpose::Promotional);
                }
            } else if planned[i] {
                if fate == 0 {
                    world.history.release(id);
                } else {
                    prop_assert_eq!(world.verdict(), channel.as_str(), "a reservation keeps its place");
                    world.history.count(id, world.now, channel, Purpose::Promotional);
                    sent.push(world.now);
                }
            }
            world.history.prune(world.now);
        }
        for first in &sent {
            let within = sent.iter().filter(|at| **at >= *first && **at - *first < Millis::from_hours(24)).count();
            prop_assert!(within <= limit as usize, "{} messages within 24 hours of {}", within, first);
        }
    }

    /// The moment that a deferral names is the first at which the cap lets the message go.
    #[test]
    fn r_cap_3_a_deferral_names_the_first_free_moment(limit in 1u32..4, ages in proptest::collection::vec(0i64..1_500, 0..8)) {
        let cap = cap(limit, 24);
        let mut history = SendHistory::default();
        for (i, age) in ages.iter().enumerate() {
            history.count(MessageId::from_u128(i as u128), noonish() - Millis::from_mins(*age), Channel::Sms, Purpose::Promotional);
        }
        if let Some(until) = cap.full_until(noonish(), history.marks(), None) {
            prop_assert!(until > noonish());
            prop_assert!(cap.full_until(until, history.marks(), None).is_none());
            prop_assert!(cap.full_until(until - Millis(1), history.marks(), None).is_some());
        }
    }
}

#[test]
fn r_cap_1_a_reserved_place_is_taken_until_it_is_released() {
    let mut world = world(1, 24);
    let other = MessageId::from_u128(1);
    world.history.reserve(other, world.now - Millis::from_days(3), Channel::Whatsapp, Purpose::Promotional);
    assert_eq!(world.verdict(), "capped", "a queued message may go at any moment, however old its reservation");
    world.history.release(other);
    assert_eq!(world.verdict(), "whatsapp");
}

#[test]
fn r_cap_1_exactly_one_window_later_there_is_room() {
    let mut world = world(1, 24);
    world.history.count(MessageId::from_u128(1), world.now - Millis::from_hours(24), Channel::Whatsapp, Purpose::Promotional);
    assert_eq!(world.verdict(), "whatsapp");
    world.history.count(MessageId::from_u128(1), world.now - Millis::from_hours(24) + Millis(1), Channel::Whatsapp, Purpose::Promotional);
    assert_eq!(world.verdict(), "capped");
}

/// R-CAP-2: the history is the contact's, so a message to one address counts for every other, and on every channel.
#[test]
fn r_cap_2_all_addresses_and_channels_count_together() {
    let mut world = world(1, 24);
    world.history.count(MessageId::from_u128(1), world.now, Channel::Sms, Purpose::Promotional);
    assert_eq!(world.verdict(), "capped");
    world.rules.caps[0].channels = vec![Channel::Whatsapp];
    assert_eq!(world.verdict(), "whatsapp", "a cap on one channel does not count the others");
}

#[test]
fn r_cap_3_the_author_says_what_happens_at_the_cap() {
    let mut world = world(1, 24);
    world.history.count(MessageId::from_u128(1), world.now - Millis::from_hours(20), Channel::Whatsapp, Purpose::Promotional);
    assert_eq!(world.verdict(), "capped");
    world.intent.on_cap = OnCap::Defer { at_most: Millis::from_hours(4) };
    assert_eq!(world.later_until(), world.now + Millis::from_hours(4));
    world.intent.on_cap = OnCap::Defer { at_most: Millis(Millis::from_hours(4).0 - 1) };
    assert_eq!(world.verdict(), "capped");
    world.intent.on_cap = OnCap::Downgrade { to: Channel::Sms };
    assert_eq!(world.verdict(), "capped", "the cap holds on SMS as well");
    world.rules.caps[0].channels = vec![Channel::Whatsapp];
    assert_eq!(world.verdict(), "sms");
    world.intent.on_cap = OnCap::Downgrade { to: Channel::Email };
    assert_eq!(world.verdict(), "capped", "there is no such channel in the message");
}

/// R-CAP-4: promotions never use up the room of what people need.
#[test]
fn r_cap_4_transactional_messages_are_never_capped_by_marketing() {
    let mut world = World::transactional();
    for i in 0..50 {
        world.history.count(MessageId::from_u128(i), world.now, Channel::Whatsapp, Purpose::Promotional);
    }
    assert_eq!(world.verdict(), "whatsapp");
    let mixed = Cap { purposes: vec![Purpose::Promotional, Purpose::Service], ..cap(1, 24) };
    let rules = Rulebook { caps: vec![mixed], ..Rulebook::default() };
    assert_eq!(rules.validate()[0].pointer, "/caps/0/purposes");
    // A cap of their own counts them apart.
    world.rules.caps = vec![Cap { purposes: vec![Purpose::Transactional], ..cap(1, 24) }];
    assert_eq!(world.verdict(), "whatsapp");
    world.history.count(MessageId::from_u128(60), world.now, Channel::Sms, Purpose::Transactional);
    assert_eq!(world.verdict(), "capped");
}

#[test]
fn the_history_forgets_what_no_cap_can_see() {
    let mut history = SendHistory::default();
    history.count(MessageId::from_u128(1), noonish() - Millis::from_days(90), Channel::Sms, Purpose::Service);
    history.count(MessageId::from_u128(2), noonish() - Millis::from_days(89), Channel::Sms, Purpose::Service);
    history.reserve(MessageId::from_u128(3), noonish() - Millis::from_days(200), Channel::Sms, Purpose::Service);
    history.prune(noonish());
    assert_eq!(history.marks().iter().map(|m| m.message.as_u128()).collect::<Vec<_>>(), [2, 3]);
}

/// A person whom many want to reach, and what reached them, counted beside the history.
struct Reached {
    caps: Vec<Cap>,
    history: SendHistory,
    now: Timestamp,
    /// For each cap the last times, as many as it allows.
    last: Vec<VecDeque<Timestamp>>,
}

impl Reached {
    fn new() -> Self {
        let sms = Cap { channels: vec![Channel::Sms], ..cap(1, 12) };
        let caps = vec![cap(2, 24), cap(5, 24 * 7), sms];
        Self { last: vec![VecDeque::new(); caps.len()], caps, history: SendHistory::default(), now: noonish() }
    }

    fn fits(&self, message: MessageId, channel: Channel) -> bool {
        let purpose = Purpose::Promotional;
        let caps: Vec<Cap> = self.caps.iter().filter(|cap| cap.applies_to(channel, purpose)).cloned().collect();
        let marks = self.history.marks().to_vec();
        CapRule { now: self.now, due_at: self.now, channel, purpose, message: Some(message), caps, marks, on_cap: OnCap::Skip }
            .evaluate()
            .clears()
    }

    fn goes(&mut self, message: MessageId, channel: Channel) {
        self.history.count(message, self.now, channel, Purpose::Promotional);
        for (cap, last) in self.caps.iter().zip(&mut self.last).filter(|(cap, _)| cap.applies_to(channel, Purpose::Promotional)) {
            if last.len() == cap.limit as usize {
                let oldest = last.pop_front().expect("a cap allows one at least");
                assert!(self.now - oldest >= cap.window, "{} and one more within {} of {oldest}", cap.limit, cap.window);
            }
            last.push_back(self.now);
        }
    }
}

/// How many of so many wishes and hand-offs went; it panics at the first that a window has no room for.
fn play(seed: u64, attempts: u64) -> u64 {
    let (mut person, mut draws, mut gone) = (Reached::new(), Draws::new(seed), 0);
    let mut waiting: Vec<(MessageId, Channel)> = Vec::new();
    for i in 0..attempts {
        person.now = person.now + Millis(i64::try_from(draws.below(7_200_000)).expect("two hours"));
        let is_wish = waiting.is_empty() || (waiting.len() < 6 && draws.below(2) == 0);
        if is_wish {
            let channel = if draws.below(2) == 0 { Channel::Sms } else { Channel::Whatsapp };
            let message = MessageId::from_u128(u128::from(i) + 1);
            if person.fits(message, channel) {
                person.history.reserve(message, person.now, channel, Purpose::Promotional);
                waiting.push((message, channel));
            }
        } else {
            let place = usize::try_from(draws.below(waiting.len() as u64)).expect("a few");
            let (message, channel) = waiting.swap_remove(place);
            if draws.below(8) != 0 && person.fits(message, channel) {
                person.goes(message, channel);
                gone += 1;
            } else {
                person.history.release(message);
            }
        }
        person.history.prune(person.now);
    }
    gone
}

#[test]
fn u9_no_attempt_of_many_overfills_a_window() {
    assert!(play(1, 100_000) > 1_000);
}

/// U9 in its full size; `cargo test --release -p policy --test rules -- --ignored u9` takes minutes.
#[test]
#[ignore = "minutes in a release build"]
fn u9_no_attempt_of_a_hundred_million_overfills_a_window() {
    let people = 64;
    let threads: Vec<_> = (0..people).map(|seed| std::thread::spawn(move || play(seed, 100_000_000 / people))).collect();
    let gone: u64 = threads.into_iter().map(|thread| thread.join().expect("no window is too full")).sum();
    assert!(gone > 1_000_000, "{gone}");
}
