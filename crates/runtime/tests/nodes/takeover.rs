//! Leases at work: spread, taken over, given up; rates and uniqueness over all of it.

use std::collections::BTreeSet;

use model::{MessageStatus, Millis, SenderId};
use runtime::Duty;

use crate::world::{LEASE, RATE, World};

const S: SenderId = SenderId::from_u128(1);

fn second(n: i64) -> Millis {
    Millis::from_secs(n)
}

#[tokio::test]
async fn senders_and_periodic_work_are_spread_over_the_nodes() {
    spread(World::new(6).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_senders_and_periodic_work_are_spread_over_the_nodes() {
    spread(World::on_postgres(6).await).await;
}

async fn spread(mut world: World) {
    world.start("a").await;
    world.pass(second(3)).await;
    let all: Vec<Duty> = Duty::FIXED.into_iter().chain((1..=6).map(|n| Duty::Sender(SenderId::from_u128(n)))).collect();
    assert!(all.iter().all(|duty| world.holder(*duty) == Some("a")), "one node does everything");
    world.start("b").await;
    world.start("c").await;
    world.pass(second(8)).await;
    for node in ["a", "b", "c"] {
        let senders = (1..=6).filter(|n| world.holder(Duty::Sender(SenderId::from_u128(*n))) == Some(node)).count();
        let rest = Duty::FIXED.into_iter().filter(|duty| world.holder(*duty) == Some(node)).count();
        assert_eq!(senders, 2, "of node {node}");
        assert!((1..=Duty::FIXED.len().div_ceil(3)).contains(&rest), "{rest} of node {node}");
    }
    // Nobody moves without a reason.
    let before: Vec<_> = all.iter().map(|duty| world.holder(*duty)).collect();
    world.pass(second(60)).await;
    assert_eq!(all.iter().map(|duty| world.holder(*duty)).collect::<Vec<_>>(), before);
    // Three nodes, however often they start, need three places.
    let places = world.store.leases().await.unwrap().into_iter().filter(|lease| lease.name.starts_with("worker/")).count();
    assert_eq!(places, 3);
}

#[tokio::test]
async fn when_a_node_is_killed_another_sends_within_the_lease_time_and_nothing_twice() {
    killed(World::new(1).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_when_a_node_is_killed_another_sends_within_the_lease_time_and_nothing_twice() {
    killed(World::on_postgres(1).await).await;
}

async fn killed(mut world: World) {
    world.start("a").await;
    world.pass(second(3)).await;
    world.start("b").await;
    world.pass(second(3)).await;
    let holder = world.holder(Duty::Sender(S)).expect("somebody serves the sender");
    let other = if holder == "a" { "b" } else { "a" };
    world.ask(other, S, 0..200).await;
    world.pass(second(3)).await;
    let sent_before = world.got_by(holder);
    assert!(sent_before >= 2 * RATE as usize, "{sent_before}");
    assert_eq!(world.got_by(other), 0, "only the holder of the lease sends");
    world.kill(holder);
    let gap = world.pass_until(second(60), |world| world.got_by(other) > 0).await;
    assert!(gap >= second(7), "nobody takes a lease that may still be good: {gap:?}");
    assert!(gap <= LEASE + second(3), "the lease time and two beats: {gap:?}");
    world.pass_until(second(60), |world| world.got().len() == 200).await;
    world.pass(second(30)).await;
    assert_eq!(world.got().len(), 200);
    world.assert_nothing_twice();
    assert!(world.fastest_second(S) <= (RATE + RATE / 5) as usize, "{} in one second", world.fastest_second(S));
    assert!(world.messages().await.iter().all(|message| message.status == MessageStatus::Accepted));
}

#[tokio::test]
async fn a_node_that_stops_politely_leaves_no_gap() {
    let mut world = World::new(4).await;
    world.start("a").await;
    world.start("b").await;
    world.pass(second(8)).await;
    world.stop("a").await;
    let gap = world.pass_until(second(60), |world| (1..=4).all(|n| world.holder(Duty::Sender(SenderId::from_u128(n))) == Some("b"))).await;
    assert!(gap <= second(3), "a beat or so: {gap:?}");
}

#[tokio::test]
async fn a_node_that_stood_still_sends_nothing_when_it_wakes_up() {
    stood_still(World::new(1).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_node_that_stood_still_sends_nothing_when_it_wakes_up() {
    stood_still(World::on_postgres(1).await).await;
}

async fn stood_still(mut world: World) {
    world.start("a").await;
    world.pass(second(3)).await;
    world.pause("a", true);
    world.start("b").await;
    world.ask("b", S, 0..300).await;
    world.pass_until(second(60), |world| world.got_by("b") >= 50).await;
    // It wakes up in the middle of its dispatcher, before its keeper has learnt anything.
    let now = model::Clock::now(&*world.clock);
    assert_eq!(world.tenure("a", Duty::Sender(S)), None);
    world.nodes.get_mut("a").expect("a").dispatch(now).await;
    assert_eq!(world.got_by("a"), 0);
    world.pause("a", false);
    world.pass(second(20)).await;
    assert_eq!(world.got().len(), 300);
    world.assert_nothing_twice();
    assert!(world.fastest_second(S) <= (RATE + RATE / 5) as usize, "{} in one second", world.fastest_second(S));
}

#[tokio::test]
async fn a_hand_off_whose_lease_ended_before_the_call_goes_back_to_the_queue() {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.pass(second(3)).await;
    let tenure = world.tenure("a", Duty::Sender(S)).expect("a serves the sender");
    let engine = world.nodes["a"].engine.clone();
    assert!(engine.begin_call(S, tenure).is_some());
    world.pause("a", true);
    world.start("b").await;
    world.pass_until(second(60), |world| world.holder(Duty::Sender(S)) == Some("b")).await;
    assert!(engine.begin_call(S, tenure).is_none(), "its lease is another's");
    assert!(world.tenure("b", Duty::Sender(S)).is_some_and(|now| now.fence > tenure.fence));
    // And not with a later tenure of its own either: the call belongs to the hand-off's.
    world.pause("a", false);
    world.kill("b");
    world.pass_until(second(60), |world| world.holder(Duty::Sender(S)) == Some("a")).await;
    assert!(engine.begin_call(S, tenure).is_none());
}

#[tokio::test]
async fn a_node_with_calls_under_way_keeps_the_sender_until_they_end() {
    let mut world = World::new(2).await;
    world.start("a").await;
    world.pass(second(3)).await;
    let (first, other) = (SenderId::from_u128(1), SenderId::from_u128(2));
    let engine = world.nodes["a"].engine.clone();
    let open: Vec<_> = [first, other].map(|sender| engine.begin_call(sender, engine.serves(sender).unwrap()).unwrap()).into();
    world.start("b").await;
    world.pass(second(5)).await;
    let held_by_b = |world: &World| [first, other].into_iter().filter(|sender| world.holder(Duty::Sender(*sender)) == Some("b")).count();
    assert_eq!(held_by_b(&world), 0, "one of them is to move, and its call is not over");
    assert_eq!([first, other].into_iter().filter(|sender| engine.serves(*sender).is_some()).count(), 1, "nothing new begins for it");
    drop(open);
    world.pass(second(5)).await;
    assert_eq!(held_by_b(&world), 1);
}

#[tokio::test]
async fn what_a_dead_node_left_in_the_middle_is_settled_by_the_next_holder_only() {
    left_in_the_middle(World::new(1).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_what_a_dead_node_left_in_the_middle_is_settled_by_the_next_holder_only() {
    left_in_the_middle(World::on_postgres(1).await).await;
}

async fn left_in_the_middle(mut world: World) {
    world.start("a").await;
    world.pass(second(3)).await;
    world.start("b").await;
    world.pass(second(3)).await;
    let holder = world.holder(Duty::Sender(S)).expect("somebody serves the sender");
    let other = if holder == "a" { "b" } else { "a" };
    world.ask(holder, S, 0..1).await;
    // The hand-off is committed, and the process dies before the call.
    let message = world.messages().await.remove(0);
    let body = model::signal::SignalBody::HandOff { message: message.id };
    let hand_off = runtime::NewSignal::new(message.workspace, model::signal::Target::Contact(message.contact), "test", body);
    world.nodes[holder].engine.submit(vec![hand_off]).await.unwrap();
    assert_eq!(world.messages().await[0].status, MessageStatus::Sending);
    world.kill(holder);
    world.pass(second(6)).await;
    assert_eq!(
        world.messages().await[0].status,
        MessageStatus::Sending,
        "{other} does not serve the sender, so it knows nothing of its calls"
    );
    world.pass(second(14)).await;
    assert_eq!(world.messages().await[0].status, MessageStatus::InDoubt);
    world.pass(Millis::from_mins(20)).await;
    assert!(world.got().is_empty(), "in doubt is never sent again blindly");
}

#[tokio::test]
async fn fences_only_grow() {
    let mut world = World::new(1).await;
    let mut fences = BTreeSet::new();
    for round in 0..4 {
        let name = ["a", "b", "c", "d"][round];
        world.start(name).await;
        world.pass_until(second(60), |world| world.holder(Duty::Timers).is_some()).await;
        let fence = world.tenure(name, Duty::Timers).expect("the only node").fence;
        assert!(fences.last().is_none_or(|last| fence > *last), "{fence} after {fences:?}");
        fences.insert(fence);
        if round % 2 == 0 { world.kill(name) } else { world.stop(name).await }
    }
}

/// A process that died is followed by one of its name, which need not wait for its leases.
#[tokio::test]
async fn a_node_that_starts_again_under_its_name_goes_on_at_once() {
    started_again(World::new(2).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_node_that_starts_again_under_its_name_goes_on_at_once() {
    started_again(World::on_postgres(2).await).await;
}

async fn started_again(mut world: World) {
    world.start("a").await;
    world.pass(second(3)).await;
    world.ask("a", S, 0..200).await;
    world.pass(second(2)).await;
    let before = world.got_by("a");
    assert!(before > 0 && before < 200, "{before}");
    world.bury("a").await;
    world.start("a2").await;
    let gap = world.pass_until(second(60), |world| world.got_by("a2") > 0).await;
    assert!(gap <= second(3), "a beat, and not the lease time: {gap:?}");
    // Two more, of which the first ends before it has done anything.
    world.bury("a2").await;
    world.start("a3").await;
    world.bury("a3").await;
    world.start("a4").await;
    let gap = world.pass_until(second(60), |world| world.got_by("a4") > 0).await;
    assert!(gap <= second(3), "{gap:?}");
    world.pass(second(30)).await;
    assert_eq!(world.got().len(), 200);
    world.assert_nothing_twice();
    assert!(world.fastest_second(S) <= (RATE + RATE / 5) as usize, "{} in one second", world.fastest_second(S));
    let places = world.store.leases().await.unwrap().into_iter().filter(|lease| lease.name.starts_with("worker/")).count();
    assert_eq!(places, 1, "the dead need no places");
}

/// Two processes under one name: the second has no proof that the first has ended, and waits like everybody else.
#[tokio::test]
async fn two_processes_under_one_name_do_not_take_from_each_other() {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.pass(second(3)).await;
    world.pause("a", true);
    world.start("a2").await;
    world.ask("a2", S, 0..20).await;
    let gap = world.pass_until(second(60), |world| world.got_by("a2") > 0).await;
    assert!(gap >= second(7), "nobody takes a lease that may still be good: {gap:?}");
}
