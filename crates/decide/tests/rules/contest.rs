//! R-PRIO-1 and A9: several journeys and a broadcast want one person at once; one of them gets the moment, and the others their own rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{Catalogue, JourneyState, Published, RunningBroadcast};
use journey::{CompileContext, compile_broadcast};
use model::broadcast::BroadcastState;
use model::content::Content;
use model::decision::{Outcome, Verdict};
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::sender::SenderStatus;
use model::signal::{BroadcastAct, MessageRequest, SendOutcome, SignalBody};
use model::timeline::TimelineKind;
use model::value::Attributes;
use model::{BroadcastId, Channel, MessageId, MessageStatus, Millis, Purpose, Timestamp, Value};
use policy::{Cap, ContestSettings, Rulebook, Side};
use proptest::prelude::*;
use storage::StepOutput;

use crate::world::{SMS, WS, World};

const JOURNEY: &str = "\
journey: NAME
title: Name
owner: desk
purpose: promotional
priority: PRIORITY
value: VALUE
entry: { on: NAME, key: event.n, policy: { parallel: 9 } }
context:
  n: { type: int, from: event.n }
goal: { none: It only tells. }
takeover: { queue: desk }
start: tell
steps:
  tell:
    send:
      sms: { text: \"NAME {{ run.n }}\" }
      max_lateness: 24h
      on_cap: ON_CAP
      fallback: { capped: beaten, any: over }
    next: over
  beaten: { end: beaten }
  over: { end: done }
";

const OFFER: &str = "\
broadcast: offer
purpose: promotional
priority: PRIORITY
audience: listed
send:
  sms: { text: \"An offer\" }
  max_lateness: 24h
";

const HORIZON: Millis = Millis::from_mins(5);
const BROADCAST: BroadcastId = BroadcastId::from_u128(77);

fn journey(name: &str, priority: u32, value: u32, on_cap: &str) -> String {
    let (priority, value) = (priority.to_string(), value.to_string());
    JOURNEY.replace("NAME", name).replace("PRIORITY", &priority).replace("VALUE", &value).replace("ON_CAP", on_cap)
}

/// Contests alone: without caps.
fn rules() -> Rulebook {
    Rulebook { caps: Vec::new(), ..Rulebook::default() }
}

/// With journeys, the first of them by the world's own hand.
fn world_of(rules: Rulebook, files: &[String]) -> World {
    let world = World::new(&files[0], rules);
    let mut catalogue = Catalogue::clone(&world.core.catalogue(WS).unwrap());
    for file in files {
        let compiled = journey::compile("journey.yaml", file, &CompileContext::default());
        let journey = Arc::new(compiled.journey.expect("it compiles"));
        let versions = BTreeMap::from([(journey.version.clone(), Arc::clone(&journey))]);
        catalogue.journeys.insert(journey.name.clone(), Published { state: JourneyState::Open, current: journey, versions });
    }
    world.core.install(WS, catalogue);
    world
}

/// `plain` of priority 0 and `weighty` of priority 5; both are skipped when they lose.
fn two() -> World {
    world_of(rules(), &[journey("plain", 0, 0, "skip"), journey("weighty", 5, 0, "skip")])
}

fn change(world: &World, change: impl FnOnce(&mut Catalogue)) {
    let mut catalogue = Catalogue::clone(&world.core.catalogue(WS).unwrap());
    change(&mut catalogue);
    world.core.install(WS, catalogue);
}

fn run_broadcast(world: &World, priority: u32) {
    let compiled = compile_broadcast("offer.yaml", &OFFER.replace("PRIORITY", &priority.to_string()), &CompileContext::default());
    let definition = Arc::new(compiled.broadcast.expect("it compiles"));
    let running = Arc::new(RunningBroadcast { definition, state: BroadcastState::Running, due_at: world.now });
    change(world, |catalogue| drop(catalogue.broadcasts.insert(BROADCAST, running)));
}

fn wants(world: &mut World, name: &str) -> StepOutput {
    if name == "broadcast" {
        return world.apply(SignalBody::Broadcast { broadcast: BROADCAST, act: BroadcastAct::Plan }).unwrap();
    }
    world.event(name, Attributes::from([("n".to_owned(), Value::Int(i64::try_from(world.messages.len()).unwrap()))]))
}

fn ask(world: &mut World, class: Class, purpose: Purpose) -> StepOutput {
    let draft = ChannelDraft {
        channel: Channel::Sms,
        sender: Some(SMS),
        address: None,
        in_window: Some(Rendered::Ready(Content::text("Sample"))),
        out_of_window: None,
    };
    let origin = Origin::Api { key: "key".to_owned() };
    let request = MessageRequest { origin, class, purpose, topic: None, channels: vec![draft], max_lateness: Some(Millis::from_days(1)) };
    world.apply(SignalBody::Request(Box::new(request))).unwrap()
}

/// The dispatcher's look at everything that may go; what the losers were told.
fn hand_off_all(world: &mut World) -> Vec<String> {
    let mut told = Vec::new();
    for id in world.outgoing(MessageStatus::Queued) {
        if world.messages[&id].not_before.is_some_and(|at| at > world.now) {
            continue;
        }
        let output = world.apply(SignalBody::HandOff { message: id }).unwrap();
        if output.reply["go"] == false {
            told.push(output.reply["reason"].as_str().unwrap().to_owned());
        }
    }
    told
}

fn name_of(world: &World, id: MessageId) -> String {
    match &world.messages[&id].origin {
        Origin::Journey { journey, .. } => journey.clone(),
        Origin::Broadcast { .. } => "broadcast".to_owned(),
        _ => "api".to_owned(),
    }
}

fn went(world: &World) -> Vec<String> {
    world.outgoing(MessageStatus::Sending).into_iter().map(|id| name_of(world, id)).collect()
}

/// Why the last one that was not sent lost.
fn lost_by(output: &StepOutput) -> Option<String> {
    output.changes.decisions.iter().rev().find_map(|record| match &record.verdict {
        Verdict::Silent { code, reason, .. } if code == "lost_to" => Some(reason.clone()),
        _ => None,
    })
}

#[test]
fn a9_r_prio_1_of_two_journeys_in_one_moment_one_sends_and_the_other_says_why_in_both_orders() {
    for order in [["plain", "weighty"], ["weighty", "plain"]] {
        let mut world = two();
        // Room at the sender must not let the first go before the second has spoken.
        world.permit = vec![SMS];
        let outputs = order.map(|name| wants(&mut world, name));
        let told: Vec<String> = outputs.iter().filter_map(lost_by).chain(hand_off_all(&mut world)).collect();
        assert_eq!(went(&world), ["weighty"], "{order:?}");
        let winner = world.outgoing(MessageStatus::Sending)[0];
        assert_eq!(told.len(), 1, "{order:?}: {told:?}");
        assert!(told[0].starts_with(&format!("lost_to:{winner}: ")), "{told:?}");
        assert!(told[0].ends_with("its priority is 5 and this one's is 0"), "{told:?}");
        // The loser's run took the edge that its author wrote for it.
        let ended: Vec<_> = world.state().past.iter().map(|past| (past.journey.clone(), past.result.clone().unwrap_or_default())).collect();
        assert!(ended.contains(&("plain".to_owned(), "beaten".to_owned())), "{ended:?}");
    }
}

/// Both see the same event, and so does the gate in one step.
#[test]
fn a9_two_journeys_that_start_with_one_event_compete_in_one_step() {
    let both = |name: &str, priority| journey(name, priority, 0, "skip").replace(&format!("on: {name}"), "on: browsed");
    for (first, second, winner) in [(0, 5, "second"), (5, 0, "first")] {
        let mut world = world_of(rules(), &[both("first", first), both("second", second)]);
        wants(&mut world, "browsed");
        hand_off_all(&mut world);
        assert_eq!(went(&world), [winner]);
    }
}

#[test]
fn a9_a_broadcast_and_a_journey_compete_in_both_orders() {
    for (priority, winner) in [(1, "weighty"), (9, "broadcast")] {
        for order in [["broadcast", "weighty"], ["weighty", "broadcast"]] {
            let mut world = two();
            run_broadcast(&world, priority);
            let outputs = order.map(|name| wants(&mut world, name));
            let told = outputs.iter().filter_map(lost_by).chain(hand_off_all(&mut world)).count();
            assert_eq!((went(&world), told), (vec![winner.to_owned()], 1), "{order:?} with {priority}");
        }
    }
}

#[test]
fn r_prio_1_class_priority_deadline_value_and_id_decide_in_this_order() {
    let sooner = |name: &str| journey(name, 2, 0, "skip").replace("max_lateness: 24h", "max_lateness: 2h");
    let cases = [
        (journey("other", 3, 0, "skip"), journey("best", 4, 0, "skip")),
        (journey("other", 2, 900, "skip"), sooner("best")),
        (journey("other", 2, 10, "skip"), journey("best", 2, 11, "skip")),
    ];
    for (other, best) in cases {
        for order in [["best", "other"], ["other", "best"]] {
            let mut world = world_of(rules(), &[other.clone(), best.clone()]);
            for name in order {
                wants(&mut world, name);
            }
            hand_off_all(&mut world);
            assert_eq!(went(&world), ["best"], "{order:?}");
        }
    }
    // Alike in all: ids are drawn from the signals, so the same signals have the same winner, and later ones have later ids.
    let alike = || {
        let mut world = world_of(rules(), &[journey("one", 1, 1, "{ defer: 6h }"), journey("two", 1, 1, "{ defer: 6h }")]);
        wants(&mut world, "two");
        world.now = world.now + Millis(1);
        wants(&mut world, "one");
        hand_off_all(&mut world);
        went(&world)
    };
    assert_eq!((alike(), alike()), (vec!["two".to_owned()], vec!["two".to_owned()]));
}

#[test]
fn r_prio_1_a_loser_that_may_wait_goes_when_the_horizon_is_over_and_not_a_moment_before() {
    let mut world = world_of(rules(), &[journey("plain", 0, 0, "{ defer: 6h }"), journey("weighty", 5, 0, "skip")]);
    wants(&mut world, "plain");
    wants(&mut world, "weighty");
    let told = hand_off_all(&mut world);
    assert!(told.iter().any(|reason| reason.starts_with("lost_to: lost_to:msg_")), "{told:?}");
    let winner = world.outgoing(MessageStatus::Sending)[0];
    world.accept(winner);
    let waits = world.outgoing(MessageStatus::Queued)[0];
    let start = world.now;
    assert_eq!(world.messages[&waits].not_before, Some(start + HORIZON));
    world.now = start + HORIZON - Millis(1);
    assert!(!world.hand_off(waits));
    world.now = start + HORIZON;
    assert!(world.hand_off(waits));
}

#[test]
fn r_prio_1_what_went_within_the_horizon_has_won_whatever_comes_after() {
    let mut world = two();
    wants(&mut world, "plain");
    hand_off_all(&mut world);
    let first = world.outgoing(MessageStatus::Sending)[0];
    world.accept(first);
    world.now = world.now + HORIZON - Millis(1);
    let output = wants(&mut world, "weighty");
    assert!(lost_by(&output).unwrap().starts_with(&format!("lost_to:{first}: ")));
    world.now = world.now + Millis(1);
    wants(&mut world, "weighty");
    assert!(hand_off_all(&mut world).is_empty());
    assert_eq!(went(&world), ["weighty"]);
}

/// Only what reached somebody keeps the moment.
#[test]
fn r_prio_1_a_message_that_never_left_wins_nothing() {
    let mut world = two();
    wants(&mut world, "weighty");
    hand_off_all(&mut world);
    let first = world.outgoing(MessageStatus::Sending)[0];
    world.result(first, SendOutcome::Unknown { detail: "time-out".to_owned() });
    assert!(lost_by(&wants(&mut world, "plain")).is_some(), "the person may have got it");
    world.result(first, SendOutcome::NeverArrived);
    // It waits again, and is still the better one.
    assert!(lost_by(&wants(&mut world, "plain")).is_some());
    let act = model::signal::AgentAct::CancelMessage { message: first };
    world.apply(SignalBody::Agent { user: model::UserId::from_u128(1), act }).unwrap();
    wants(&mut world, "plain");
    hand_off_all(&mut world);
    assert_eq!(went(&world), ["plain"]);
}

#[test]
fn r_prio_1_what_cannot_leave_beats_nobody() {
    let mut world = two();
    run_broadcast(&world, 9);
    wants(&mut world, "broadcast");
    change(&world, |catalogue| {
        let mut running = RunningBroadcast::clone(&catalogue.broadcasts[&BROADCAST]);
        running.state = BroadcastState::Paused;
        catalogue.broadcasts.insert(BROADCAST, Arc::new(running));
    });
    wants(&mut world, "plain");
    hand_off_all(&mut world);
    assert_eq!(went(&world), ["plain"]);
    let mut world = two();
    wants(&mut world, "weighty");
    change(&world, |catalogue| catalogue.senders[0].status = SenderStatus::Paused { reason: "by hand".to_owned() });
    let output = wants(&mut world, "plain");
    assert_eq!(lost_by(&output), None);
}

#[test]
fn r_prio_1_what_people_need_never_waits_for_a_contest() {
    let mut world = two();
    wants(&mut world, "plain");
    wants(&mut world, "weighty");
    for (class, purpose) in [(Class::Transactional, Purpose::Transactional), (Class::Service, Purpose::Service)] {
        let output = ask(&mut world, class, purpose);
        assert!(output.changes.decisions[0].rules.iter().all(|rule| rule.rule != "contest"), "it is not even asked");
        let id = *world.outgoing(MessageStatus::Queued).last().unwrap();
        assert_eq!(world.messages[&id].not_before, Some(world.now));
        assert!(world.hand_off(id));
        world.accept(id);
    }
    // And it takes the moment from nobody.
    hand_off_all(&mut world);
    assert_eq!(went(&world), ["weighty"]);
    // With room at the sender it leaves in the step that plans it, although promotions with a horizon do not.
    let mut world = two();
    world.permit = vec![SMS];
    assert_eq!(ask(&mut world, Class::Transactional, Purpose::Transactional).changes.handed.len(), 1);
    let mut world = two();
    world.permit = vec![SMS];
    assert!(wants(&mut world, "plain").changes.handed.is_empty());
}

/// A program that asks through the API decides for itself what it sends after what; a journey's promotion is another matter.
#[test]
fn r_prio_1_a_program_competes_with_journeys_and_not_with_itself() {
    let mut world = two();
    ask(&mut world, Class::Promotional, Purpose::Promotional);
    ask(&mut world, Class::Promotional, Purpose::Promotional);
    assert!(hand_off_all(&mut world).is_empty());
    assert_eq!(went(&world), ["api", "api"]);
    assert!(lost_by(&wants(&mut world, "weighty")).is_some());
}

#[test]
fn r_prio_1_steps_of_one_run_do_not_compete() {
    let file = journey("plain", 0, 0, "skip").replace(
        "    next: over\n",
        "    next: more\n  more:\n    send: { sms: { text: \"And more\" }, max_lateness: 1h, fallback: { any: over } }\n    next: over\n",
    );
    let mut world = world_of(rules(), &[file]);
    wants(&mut world, "plain");
    for _ in 0..2 {
        hand_off_all(&mut world);
        for id in world.outgoing(MessageStatus::Sending) {
            world.accept(id);
        }
        // What is watched for a refusal goes on after its time.
        world.now = world.now + Millis::from_secs(200);
        world.apply(SignalBody::Wake).unwrap();
    }
    hand_off_all(&mut world);
    let gone = world.messages.values().filter(|message| message.times.contains_key(&MessageStatus::Sending)).count();
    assert_eq!(gone, 2);
}

/// The better one comes second and finds the only place of the cap taken by the one that it will beat.
#[test]
fn r_prio_1_a_beaten_reservation_takes_no_room_under_a_cap() {
    let cap = Cap {
        name: "one a day".to_owned(),
        purposes: vec![Purpose::Promotional],
        channels: Vec::new(),
        limit: 1,
        window: Millis::from_hours(24),
    };
    for order in [["plain", "weighty"], ["weighty", "plain"]] {
        let capped = Rulebook { caps: vec![cap.clone()], ..Rulebook::default() };
        let mut world = world_of(capped, &[journey("plain", 0, 0, "skip"), journey("weighty", 5, 0, "skip")]);
        let outputs = order.map(|name| wants(&mut world, name));
        let told: Vec<String> = outputs.iter().filter_map(lost_by).chain(hand_off_all(&mut world)).collect();
        assert_eq!(went(&world), ["weighty"]);
        assert!(told.len() == 1 && told[0].starts_with("lost_to:"), "{told:?}");
    }
}

#[test]
fn r_prio_1_with_a_time_to_gather_the_better_one_may_come_later_and_still_win() {
    let gather = Millis::from_mins(5);
    let contest = ContestSettings { gather, ..ContestSettings::default() };
    let mut world = world_of(Rulebook { contest, ..rules() }, &[journey("plain", 0, 0, "skip"), journey("weighty", 5, 0, "skip")]);
    let start = world.now;
    wants(&mut world, "plain");
    assert_eq!(world.messages[&world.outgoing(MessageStatus::Queued)[0]].not_before, Some(start + gather));
    world.now = start + Millis::from_mins(4);
    wants(&mut world, "weighty");
    world.now = start + gather;
    assert_eq!(hand_off_all(&mut world).len(), 1, "the first has waited, and lost");
    world.now = start + Millis::from_mins(9);
    hand_off_all(&mut world);
    assert_eq!(went(&world), ["weighty"]);
}

#[test]
fn r_prio_1_the_record_explains_and_explains_again() {
    let mut world = two();
    wants(&mut world, "weighty");
    let output = wants(&mut world, "plain");
    let record = output.changes.decisions.iter().find(|record| matches!(&record.verdict, Verdict::Silent { .. })).unwrap();
    let rule = record.rules.iter().find(|rule| rule.rule == "contest").unwrap();
    assert_eq!(rule.outcome, Outcome::Deny);
    assert_eq!(policy::explain::find(rule).unwrap().detail, rule.detail);
    let line = output.changes.timeline.iter().find(|line| line.kind == TimelineKind::MessageNotSent).unwrap();
    assert!(line.data.to_value()["reason"].as_str().unwrap().starts_with("lost_to:msg_"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order, nobody gets promotions of two sides within the horizon.
    #[test]
    fn r_prio_1_no_order_of_events_brings_two_sides_within_the_horizon(acts in proptest::collection::vec((0usize..9, 0i64..4), 1..60)) {
        let play = || {
            let mut world = world_of(rules(), &[journey("plain", 0, 0, "{ defer: 6h }"), journey("weighty", 5, 0, "skip")]);
            run_broadcast(&world, 2);
            let mut gone: BTreeMap<MessageId, (Timestamp, Side)> = BTreeMap::new();
            for (act, minutes) in &acts {
                world.handed.clear();
                world.permit = if minutes % 2 == 0 { vec![SMS] } else { Vec::new() };
                let first = |status| world.outgoing(status).first().copied();
                match act {
                    0 => drop(wants(&mut world, "plain")),
                    1 => drop(wants(&mut world, "weighty")),
                    2 => drop(wants(&mut world, "broadcast")),
                    3 => drop(ask(&mut world, Class::Promotional, Purpose::Promotional)),
                    4 | 5 => {
                        // The dispatcher may look at any one of them.
                        let queued = world.outgoing(MessageStatus::Queued);
                        if let Some(id) = if *act == 4 { queued.first() } else { queued.last() } {
                            world.apply(SignalBody::HandOff { message: *id }).unwrap();
                        }
                    }
                    6 => if let Some(id) = first(MessageStatus::Sending) { world.accept(id) },
                    7 => if let Some(id) = first(MessageStatus::Sending) { world.result(id, SendOutcome::Unknown { detail: "time-out".to_owned() }) },
                    _ => if let Some(id) = first(MessageStatus::InDoubt) {
                        world.result(id, SendOutcome::NeverArrived);
                        gone.remove(&id);
                    },
                }
                for id in std::mem::take(&mut world.handed) {
                    let side = Side::of(&world.messages[&id].origin).unwrap();
                    for (other, (at, theirs)) in &gone {
                        assert!(*theirs == side || world.now - *at >= HORIZON, "{id} went {} after {other}", world.now - *at);
                    }
                    gone.insert(id, (world.now, side));
                }
                world.now = world.now + Millis::from_mins(*minutes);
            }
            (gone, world.state)
        };
        prop_assert_eq!(play(), play());
    }
}

/// Two journeys whose texts are the same make one offer of it, however far apart in the week they come (R-DEDUP-3).
#[test]
fn r_dedup_3_the_same_offer_from_two_journeys_is_made_once() {
    let offer = |name: &str| {
        journey(name, 0, 0, "skip").replace(&format!("text: \"{name} {{{{ run.n }}}}\""), "text: \"Ten per cent off this week\"")
    };
    let mut world = world_of(rules(), &[offer("plain"), offer("weighty")]);
    wants(&mut world, "plain");
    hand_off_all(&mut world);
    assert_eq!(went(&world), ["plain"]);
    // A day later the contest is long over, and the words are the same.
    world.now = world.now + Millis::from_days(1);
    let output = wants(&mut world, "weighty");
    let silent = output.changes.decisions.iter().find_map(|record| match &record.verdict {
        Verdict::Silent { code, reason, .. } => Some((code.clone(), reason.clone())),
        _ => None,
    });
    let (code, reason) = silent.expect("it is not sent");
    assert_eq!(code, "repeat");
    assert!(reason.contains(&world.outgoing(MessageStatus::Sending)[0].to_string()), "{reason}");
    let ended: Vec<_> = world.state().past.iter().map(|past| (past.journey.clone(), past.result.clone().unwrap_or_default())).collect();
    assert!(ended.contains(&("weighty".to_owned(), "beaten".to_owned())), "{ended:?}");
    // The journey that said it may say it again, and after the week so may the other.
    wants(&mut world, "plain");
    assert_eq!(hand_off_all(&mut world), Vec::<String>::new());
    assert_eq!(went(&world), ["plain", "plain"]);
    world.now = world.now + Millis::from_days(8);
    wants(&mut world, "weighty");
    hand_off_all(&mut world);
    assert_eq!(went(&world), ["plain", "plain", "weighty"]);
}
