//! Caps under every order of events (U9, A79, R-CAP-1 to R-CAP-4): every sequence of a few steps out of everything that can happen to messages is
//! played through the core, and whatever the order, no window holds more messages than its cap allows.

use std::collections::BTreeMap;

use model::content::Content;
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::{AgentAct, MessageRequest, Receipt, SendOutcome, SignalBody};
use model::value::Attributes;
use model::{Channel, MessageId, MessageStatus, Millis, Purpose, Timestamp, UserId, Value};
use policy::{Cap, ContestSettings, Rulebook};
use proptest::prelude::*;

use crate::world::{SMS, World};

/// A message that waits for room, as long as a week.
const OFFER: &str = "\
journey: offer
title: Offer
owner: desk
purpose: promotional
entry: { on: offer, key: event.n, policy: { parallel: 9 } }
context:
  n: { type: int, from: event.n }
goal: { none: It only tells. }
takeover: { queue: desk }
start: tell
steps:
  tell:
    send:
      sms: { text: \"Offer {{ run.n }}\" }
      max_lateness: 30d
      on_cap: { defer: 20d }
      fallback: { too_late: over, capped: over, any: over }
    next: over
  over: { end: done }
";

const DAY: Millis = Millis::from_hours(24);
const WEEK: Millis = Millis::from_days(7);
/// In a day, and in a week.
const LIMITS: [(u32, Millis); 2] = [(1, DAY), (2, WEEK)];

fn rules() -> Rulebook {
    let cap =
        |name: &str, purpose, limit, window| Cap { name: name.to_owned(), purposes: vec![purpose], channels: Vec::new(), limit, window };
    let mut caps: Vec<Cap> = LIMITS.iter().map(|(limit, window)| cap("promotions", Purpose::Promotional, *limit, *window)).collect();
    caps.push(cap("orders", Purpose::Transactional, 2, DAY));
    // Contests have their own tests; here only caps are in the way.
    let contest = ContestSettings { horizon: BTreeMap::new(), gather: Millis::ZERO };
    Rulebook { caps, contest, ..Rulebook::default() }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Act {
    /// Asked for through the API: skipped at the cap.
    Ask,
    /// A journey's, which waits for room.
    Offer,
    /// About an order.
    Order,
    HandOffFirst,
    HandOffLast,
    Accept,
    /// Refused for now; it goes back into the queue.
    Again,
    Refuse,
    Lose,
    /// The time to settle what was lost is over, and nobody knows.
    GiveUp,
    /// The provider knows that it never got what was lost.
    NeverArrived,
    /// The provider reports a failure after it had accepted.
    FailLater,
    /// And then reports the same message as delivered, by another device.
    DeliverAfterAll,
    Cancel,
    /// To the moment at which the first window has passed, exactly.
    Day,
    AlmostDay,
}

const ACTS: [Act; 16] = [
    Act::Ask,
    Act::Offer,
    Act::Order,
    Act::HandOffFirst,
    Act::HandOffLast,
    Act::Accept,
    Act::Again,
    Act::Refuse,
    Act::Lose,
    Act::GiveUp,
    Act::NeverArrived,
    Act::FailLater,
    Act::DeliverAfterAll,
    Act::Cancel,
    Act::Day,
    Act::AlmostDay,
];

#[derive(Clone)]
struct Pressure {
    world: World,
    offers: i64,
    /// Messages that the person may have got, as far as anybody knows, by the moment of their hand-off.
    sent: BTreeMap<MessageId, (Timestamp, Purpose)>,
    /// Messages of which the provider said both that they failed and that they arrived: no cap can foresee that.
    contradicted: Vec<MessageId>,
}

impl Pressure {
    fn new() -> Self {
        Self { world: World::new(OFFER, rules()), offers: 0, sent: BTreeMap::new(), contradicted: Vec::new() }
    }

    fn purpose(&self, id: MessageId) -> Purpose {
        self.world.messages[&id].purpose.unwrap()
    }

    fn first(&self, status: MessageStatus) -> Option<MessageId> {
        self.world.outgoing(status).first().copied()
    }

    /// The sender has room for every message that is planned.
    fn with_room() -> Self {
        let mut fresh = Self::new();
        fresh.world.permit = vec![SMS];
        fresh
    }

    /// Whether it could happen at all.
    fn play(&mut self, act: Act) -> bool {
        self.world.handed.clear();
        let played = self.play_one(act);
        for id in std::mem::take(&mut self.world.handed) {
            self.sent.insert(id, (self.world.now, self.purpose(id)));
        }
        played
    }

    fn play_one(&mut self, act: Act) -> bool {
        let done = match act {
            Act::Ask => self.ask(Class::Promotional, Purpose::Promotional),
            Act::Order => self.ask(Class::Transactional, Purpose::Transactional),
            Act::Offer => {
                self.offers += 1;
                self.world.event("offer", Attributes::from([("n".to_owned(), Value::Int(self.offers))]));
                Some(())
            }
            Act::HandOffFirst => self.hand_off(self.first(MessageStatus::Queued)),
            Act::HandOffLast => {
                let queued = self.world.outgoing(MessageStatus::Queued);
                self.hand_off(queued.last().copied().filter(|_| queued.len() > 1))
            }
            Act::Accept => self.first(MessageStatus::Sending).map(|id| self.world.accept(id)),
            Act::Again => self.refuse(Remedy::Retry { after: Millis::from_mins(1) }),
            Act::Refuse => self.refuse(Remedy::NextChannel),
            Act::Lose => self.settle(MessageStatus::Sending, SendOutcome::Unknown { detail: "time-out".to_owned() }).map(|_| ()),
            Act::GiveUp => self.settle(MessageStatus::InDoubt, SendOutcome::Unsettled).map(|_| ()),
            Act::NeverArrived => self.settle(MessageStatus::InDoubt, SendOutcome::NeverArrived).map(|id| self.unsent(id)),
            Act::FailLater => self.first(MessageStatus::Accepted).map(|id| {
                self.report(id, MessageStatus::Failed);
                self.unsent(id);
            }),
            Act::DeliverAfterAll => self.first(MessageStatus::Failed).filter(|id| self.world.messages[id].attempts > 0).map(|id| {
                self.report(id, MessageStatus::Delivered);
                self.contradicted.push(id);
            }),
            Act::Cancel => self.first(MessageStatus::Queued).map(|message| {
                let act = AgentAct::CancelMessage { message };
                self.world.apply(SignalBody::Agent { user: UserId::from_u128(1), act }).unwrap();
            }),
            Act::Day => self.pass(DAY),
            Act::AlmostDay => self.pass(Millis(DAY.0 - 1)),
        };
        done.is_some()
    }

    fn pass(&mut self, span: Millis) -> Option<()> {
        self.world.now = self.world.now + span;
        Some(())
    }

    fn ask(&mut self, class: Class, purpose: Purpose) -> Option<()> {
        let draft = ChannelDraft {
            channel: Channel::Sms,
            sender: Some(SMS),
            address: None,
            in_window: Some(Rendered::Ready(Content::text("Sample"))),
            out_of_window: None,
        };
        let origin = Origin::Api { key: "key".to_owned() };
        let request =
            MessageRequest { origin, class, purpose, topic: None, channels: vec![draft], max_lateness: Some(Millis::from_days(30)) };
        self.world.apply(SignalBody::Request(Box::new(request))).unwrap();
        Some(())
    }

    fn hand_off(&mut self, id: Option<MessageId>) -> Option<()> {
        let id = id?;
        if self.world.hand_off(id) {
            self.sent.insert(id, (self.world.now, self.purpose(id)));
        }
        Some(())
    }

    fn refuse(&mut self, remedy: Remedy) -> Option<()> {
        let error = SendError { remedy, cause: FallbackCause::Rejected, code: "test".to_owned(), for_user: "refused".to_owned() };
        self.settle(MessageStatus::Sending, SendOutcome::Refused { error }).map(|id| self.unsent(id))
    }

    fn settle(&mut self, status: MessageStatus, outcome: SendOutcome) -> Option<MessageId> {
        let id = self.first(status)?;
        self.world.result(id, outcome);
        Some(id)
    }

    fn report(&mut self, message: MessageId, status: MessageStatus) {
        let receipt = Receipt {
            message: Some(message),
            provider_id: Some(format!("sms.{message}")),
            channel: Channel::Sms,
            status,
            at: self.world.now,
            error: None,
            price: None,
            category: None,
            charged: None,
            learnt: Vec::new(),
        };
        self.world.apply(SignalBody::Receipt(receipt)).unwrap();
    }

    fn unsent(&mut self, id: MessageId) {
        self.sent.remove(&id);
    }

    /// R-CAP-1: no window of any length that has a cap holds more than it, wherever the window lies.
    fn check(&self, limits: &[(u32, Millis)], purpose: Purpose) {
        let known = self.sent.iter().filter(|(id, (_, of))| *of == purpose && !self.contradicted.contains(id));
        let times: Vec<Timestamp> = known.map(|(_, (at, _))| *at).collect();
        for (limit, window) in limits {
            for first in &times {
                let within = times.iter().filter(|at| **at >= *first && **at - *first < *window).count();
                assert!(within <= *limit as usize, "{within} {purpose} messages within {window} of {first}");
            }
        }
    }

    fn check_all(&self) {
        self.check(&LIMITS, Purpose::Promotional);
        self.check(&[(2, DAY)], Purpose::Transactional);
    }
}

/// Every sequence of `left` more acts.
fn explore(at: &Pressure, left: u32, path: &mut Vec<Act>, played: &mut u64) {
    if left == 0 {
        return;
    }
    for act in ACTS {
        let mut next = at.clone();
        if !next.play(act) {
            continue;
        }
        *played += 1;
        path.push(act);
        let held = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| next.check_all()));
        assert!(held.is_ok(), "after {path:?}");
        explore(&next, left - 1, path, played);
        path.pop();
    }
}

/// The same where messages leave in the steps that plan them.
#[test]
fn a79_u9_caps_hold_also_where_there_is_room_at_once() {
    let mut played = 0;
    explore(&Pressure::with_room(), 3, &mut Vec::new(), &mut played);
    let mut pressed = Pressure::with_room();
    for act in [Act::Offer, Act::Accept, Act::Offer, Act::Order] {
        assert!(pressed.play(act), "{act:?}");
    }
    assert_eq!(pressed.sent.len(), 2, "the first offer and the order left at once, the second offer waits for room under its cap");
    explore(&pressed, 3, &mut Vec::new(), &mut played);
    assert!(played > 1_500, "{played} steps");
}

/// Exhaustive: every sequence of four acts from nothing, and of five from a contact on whom there is pressure already.
#[test]
fn a79_u9_no_order_of_events_puts_more_messages_into_a_window_than_its_cap() {
    let mut played = 0;
    explore(&Pressure::new(), 4, &mut Vec::new(), &mut played);
    let mut pressed = Pressure::new();
    for act in [Act::Ask, Act::Offer, Act::HandOffFirst, Act::Offer, Act::Lose] {
        assert!(pressed.play(act), "{act:?}");
    }
    explore(&pressed, 5, &mut Vec::new(), &mut played);
    assert!(played > 30_000, "{played} steps");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Long histories at random, with time passing by any amount.
    #[test]
    fn a79_u9_no_long_history_does_either(acts in proptest::collection::vec((0usize..ACTS.len(), 0i64..20), 1..70)) {
        let mut pressure = Pressure::new();
        for (act, hours) in acts {
            // Now there is room at once, now there is none.
            pressure.world.permit = if hours % 2 == 0 { vec![SMS] } else { Vec::new() };
            pressure.play(ACTS[act]);
            pressure.check_all();
            pressure.world.now = pressure.world.now + Millis::from_hours(hours);
        }
    }

    /// The same wishes have the same winners.
    #[test]
    fn u9_the_same_wishes_have_the_same_winners(acts in proptest::collection::vec(0usize..ACTS.len(), 1..40)) {
        let play = || {
            let mut pressure = Pressure::new();
            for act in &acts {
                pressure.play(ACTS[*act]);
            }
            (pressure.sent, pressure.world.state)
        };
        prop_assert_eq!(play(), play());
    }
}

/// Two that wait for the same room do not wait for each other: whoever asked first goes first.
#[test]
fn r_cap_1_places_are_given_in_the_order_in_which_they_were_asked_for() {
    let mut pressure = Pressure::new();
    for act in [Act::Ask, Act::HandOffFirst, Act::Accept, Act::Offer, Act::Offer] {
        assert!(pressure.play(act));
    }
    let waiting = pressure.world.outgoing(MessageStatus::Queued);
    assert_eq!(waiting.len(), 2);
    pressure.play(Act::Day);
    assert!(!pressure.world.hand_off(waiting[1]), "the first has the place");
    assert!(pressure.world.hand_off(waiting[0]));
    pressure.world.accept(waiting[0]);
    // The week is full until the first message has left it.
    pressure.world.now = pressure.world.now + Millis::from_days(6) - Millis(1);
    assert!(!pressure.world.hand_off(waiting[1]));
    pressure.world.now = pressure.world.now + Millis(1);
    assert!(pressure.world.hand_off(waiting[1]));
}

/// A message that was tried in vain keeps its place before one that came later.
#[test]
fn r_cap_1_a_message_that_is_tried_again_keeps_its_place() {
    let mut pressure = Pressure::new();
    for act in [Act::Offer, Act::HandOffFirst, Act::Offer, Act::Again] {
        assert!(pressure.play(act));
    }
    let waiting = pressure.world.outgoing(MessageStatus::Queued);
    pressure.pass(Millis::from_mins(2));
    assert!(!pressure.world.hand_off(waiting[1]));
    assert!(pressure.world.hand_off(waiting[0]));
}

/// Nobody knows whether the person got it, so it counts.
#[test]
fn r_cap_1_what_stays_in_doubt_stays_counted_and_what_never_arrived_does_not() {
    for (outcome, free) in [(Act::GiveUp, false), (Act::NeverArrived, true)] {
        let mut pressure = Pressure::new();
        for act in [Act::Ask, Act::HandOffFirst, Act::Lose, outcome] {
            assert!(pressure.play(act));
        }
        if free {
            // It is queued again; taken back, it leaves its place.
            assert!(pressure.play(Act::Cancel));
        }
        pressure.play(Act::Ask);
        assert_eq!(pressure.world.outgoing(MessageStatus::Queued).len(), usize::from(free), "{outcome:?}");
    }
}

/// One device failed, another had it: from then on it counts again.
#[test]
fn r_cap_1_a_message_that_arrived_after_all_counts_again() {
    let mut pressure = Pressure::new();
    for act in [Act::Ask, Act::HandOffFirst, Act::Accept, Act::FailLater, Act::DeliverAfterAll, Act::Ask] {
        assert!(pressure.play(act));
    }
    assert!(pressure.world.outgoing(MessageStatus::Queued).is_empty());
    pressure.play(Act::Day);
    pressure.play(Act::Ask);
    assert_eq!(pressure.world.outgoing(MessageStatus::Queued).len(), 1);
}

/// R-CAP-4: what people need is never stopped by promotions, and has a cap of its own.
#[test]
fn r_cap_4_orders_go_whatever_promotions_went() {
    let mut pressure = Pressure::new();
    for act in [Act::Ask, Act::HandOffFirst, Act::Accept, Act::Offer, Act::Ask, Act::Order, Act::HandOffLast, Act::Accept, Act::Order] {
        assert!(pressure.play(act), "{act:?}");
    }
    let of = |status| pressure.world.outgoing(status).iter().filter(|id| pressure.purpose(**id) == Purpose::Transactional).count();
    assert_eq!((of(MessageStatus::Accepted), of(MessageStatus::Queued)), (1, 1));
}

/// What settles doubt counts from `times`: each attempt has the whole of it.
#[test]
fn r_dedup_2_a_second_doubt_begins_anew() {
    let mut pressure = Pressure::new();
    for act in [Act::Ask, Act::HandOffFirst, Act::Lose, Act::NeverArrived] {
        assert!(pressure.play(act));
    }
    pressure.pass(Millis::from_mins(20));
    for act in [Act::HandOffFirst, Act::Lose] {
        assert!(pressure.play(act));
    }
    let doubted = pressure.first(MessageStatus::InDoubt).unwrap();
    let message = &pressure.world.messages[&doubted];
    assert_eq!((message.attempts, message.times[&MessageStatus::InDoubt]), (2, pressure.world.now));
}
