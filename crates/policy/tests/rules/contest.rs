//! Contests alone (R-PRIO-1): the order of ranks, the edges of the horizon, what a workspace may set.

use model::message::{Class, OnCap, OnLate, Origin};
use model::{BroadcastId, Channel, MessageId, Millis, Purpose, RunId};
use policy::{Rank, Rival, Rulebook, Side, Weight};
use proptest::prelude::*;

use crate::support::*;

const OTHER: Side = Side::Broadcast { broadcast: BroadcastId::from_u128(9) };
const MINE: Side = Side::Run { run: RunId::from_u128(1) };

/// A promotional world at any hour, without caps.
fn world() -> World {
    let mut world = World::promotional();
    world.rules.quiet_hours.clear();
    world.rules.caps.clear();
    world
}

fn rival(world: &World, side: Side, priority: u32) -> Rival {
    let rank = Rank::of(&world.intent, MessageId::from_u128(50), Weight { priority, value: 0 });
    Rival { side, rank, from: world.now }
}

#[test]
fn r_prio_1_the_edges_of_the_horizon_are_exact() {
    let mut world = world();
    let horizon = Millis::from_mins(5);
    for (ago, verdict) in [(Millis::ZERO, "lost_to"), (Millis(horizon.0 - 1), "lost_to"), (horizon, "whatsapp")] {
        let id = MessageId::from_u128(50);
        world.history.count(id, world.now - ago, Channel::Sms, Purpose::Promotional);
        world.history.competes(id, Some(OTHER));
        assert_eq!(world.verdict(), verdict, "{ago} ago");
        world.history.competes(id, Some(MINE));
        assert_eq!(world.verdict(), "whatsapp", "its own run does not compete");
    }
    world.history.release(MessageId::from_u128(50));
    for (ahead, verdict) in [(Millis::ZERO, "lost_to"), (Millis(horizon.0 - 1), "lost_to"), (horizon, "whatsapp")] {
        let mut better = rival(&world, OTHER, 1);
        better.from = world.now + ahead;
        world.rivals = vec![better];
        assert_eq!(world.verdict(), verdict, "{ahead} ahead");
    }
}

/// What will have expired before it could go does not hold up others.
#[test]
fn r_prio_1_a_rival_whose_time_is_over_beats_nobody() {
    let mut world = world();
    let mut better = rival(&world, OTHER, 1);
    better.rank.deadline = Some(world.now);
    world.rivals = vec![better.clone()];
    assert_eq!(world.verdict(), "lost_to");
    better.rank.deadline = Some(world.now - Millis(1));
    world.rivals = vec![better];
    assert_eq!(world.verdict(), "whatsapp");
}

/// The contest is about the moment at which the message would leave, and not about the moment of the question.
#[test]
fn r_prio_1_whoever_waits_for_the_morning_competes_with_the_morning() {
    let mut world = World::promotional();
    world.rules.caps.clear();
    // 23:00 in Washington; promotions are quiet until 8:00.
    world.now = at("2026-03-05T04:00:00Z");
    world.intent.due_at = world.now;
    let morning = world.later_until();
    let id = MessageId::from_u128(50);
    world.history.count(id, world.now - Millis::from_mins(1), Channel::Sms, Purpose::Promotional);
    world.history.competes(id, Some(OTHER));
    assert_eq!(world.later_until(), morning, "what went a minute ago is long past in the morning");
    let mut better = rival(&world, OTHER, 1);
    better.from = morning;
    world.rivals = vec![better];
    assert_eq!(world.verdict(), "lost_to");
    world.intent.on_cap = OnCap::Defer { at_most: Millis::from_hours(20) };
    assert_eq!(world.later_until(), morning + Millis::from_mins(5));
}

#[test]
fn r_prio_1_a_deferral_ends_where_its_author_says() {
    let mut world = world();
    world.rivals = vec![rival(&world, OTHER, 1)];
    world.intent.on_cap = OnCap::Defer { at_most: Millis::from_mins(5) };
    assert_eq!(world.later_until(), world.now + Millis::from_mins(5));
    world.intent.on_cap = OnCap::Defer { at_most: Millis(Millis::from_mins(5).0 - 1) };
    assert_eq!(world.verdict(), "lost_to");
    world.intent.on_cap = OnCap::Downgrade { to: Channel::Sms };
    assert_eq!(world.verdict(), "lost_to", "another channel is no other moment");
}

#[test]
fn r_prio_1_people_and_other_purposes_are_not_asked() {
    let mut world = world();
    world.rivals = vec![rival(&world, OTHER, 1)];
    let asked = |world: &World| world.judge().record.rules.iter().any(|rule| rule.rule == "contest");
    assert!(asked(&world));
    world.intent.origin = agent();
    assert!(!asked(&world));
    world.intent.origin = Origin::Compliance { rule: "stop".into() };
    assert!(!asked(&world));
    let mut needed = World::transactional();
    needed.rivals = vec![rival(&needed, OTHER, 1)];
    assert!(!asked(&needed));
    assert_eq!(needed.verdict(), "whatsapp");
}

#[test]
fn r_prio_1_the_settings_are_checked() {
    let faults = |contest: serde_json::Value| {
        let rules: Rulebook = serde_json::from_value(serde_json::json!({ "contest": contest })).unwrap();
        rules.validate().into_iter().map(|error| error.pointer).collect::<Vec<_>>()
    };
    assert!(faults(serde_json::json!({})).is_empty());
    assert!(faults(serde_json::json!({ "horizon": {} , "gather": 0 })).is_empty());
    assert!(faults(serde_json::json!({ "horizon": { "promotional": 60_000, "service": 1_000 }, "gather": 60_000 })).is_empty());
    assert_eq!(faults(serde_json::json!({ "horizon": { "promotional": -1 } })), ["/contest/horizon"]);
    assert_eq!(faults(serde_json::json!({ "horizon": { "promotional": 86_400_001 } })), ["/contest/horizon"]);
    assert_eq!(faults(serde_json::json!({ "horizon": { "promotional": 60_000 }, "gather": 60_001 })), ["/contest/gather"]);
    assert!(serde_json::from_value::<Rulebook>(serde_json::json!({ "contest": { "horizons": {} } })).is_err());
}

proptest! {
    /// Of any contenders exactly one is beaten by nobody, whatever their order.
    #[test]
    fn r_prio_1_every_contest_has_one_winner(
        contenders in proptest::collection::vec((0u8..2, 0u32..3, 0i64..3, 0u32..3, any::<bool>()), 1..12),
        turn in 0usize..12,
    ) {
        let world = world();
        let mut ranks: Vec<Rank> = contenders.iter().enumerate().map(|(n, (class, priority, late, value, for_ever))| {
            let mut intent = world.intent.clone();
            intent.class = if *class == 0 { Class::Service } else { Class::Promotional };
            intent.max_lateness = Some(Millis::from_mins(*late));
            intent.on_late = if *for_ever { OnLate::Send } else { OnLate::Skip };
            Rank::of(&intent, MessageId::from_u128(n as u128), Weight { priority: *priority, value: *value })
        }).collect();
        let winner = |ranks: &[Rank]| -> Vec<MessageId> {
            ranks.iter().filter(|one| !ranks.iter().any(|other| other.beats(one))).map(|rank| rank.message).collect()
        };
        let first = winner(&ranks);
        prop_assert_eq!(first.len(), 1);
        let n = ranks.len();
        ranks.rotate_left(turn % n);
        prop_assert_eq!(winner(&ranks), first);
    }
}
