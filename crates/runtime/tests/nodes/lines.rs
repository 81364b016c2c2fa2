//! Lines to providers: who holds them, and that nobody else does.

use std::time::Duration;

use model::{Millis, SenderId, Timestamp};
use runtime::Duty;
use runtime::documents::{AccountDoc, ShelfDoc};
use storage::DocumentExt;

use crate::world::{LEASE, WS, World, account};

const SENDER: SenderId = SenderId::from_u128(1);

/// Lines are tasks of their own and write to the store: that takes some real time, however fast the clock is moved.
async fn soon(holds: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not come to pass in ten seconds");
}

#[tokio::test]
async fn only_the_node_that_serves_a_sender_holds_its_line() {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.start("b").await;
    world.pass(Millis(LEASE.0 * 3)).await;
    for _ in 0..100 {
        world.pass(Millis(50)).await;
        soon(|| world.line_holder(SENDER).is_some() && world.line_holder(SENDER) == world.holder(Duty::Sender(SENDER))).await;
    }
    let first = world.line_holder(SENDER).expect("somebody holds it");
    let other = if first == "a" { "b" } else { "a" };
    world.kill(first);
    world.pass(Millis(LEASE.0 * 3)).await;
    soon(|| world.line_holder(SENDER) == Some(other)).await;
}

#[tokio::test]
async fn a_line_is_taken_up_anew_when_its_settings_change() {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.pass(Millis(LEASE.0 * 3)).await;
    soon(|| world.line_holder(SENDER) == Some("a")).await;
    let mut changed = account(SENDER);
    changed.sender.per_second = 7;
    world.store.put(WS, &AccountDoc(changed), 1, Timestamp::from_secs(1_780_336_900)).await.unwrap();
    world.nodes["a"].engine.reload(WS).await.unwrap();
    world.pass(Millis(50)).await;
    soon(|| world.line_holder(SENDER).is_none()).await;
    world.pass(Millis::from_secs(5)).await;
    soon(|| world.line_holder(SENDER) == Some("a")).await;
}

#[tokio::test]
async fn what_a_line_keeps_is_replaced_by_key_and_survives_its_holder() {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.pass(Millis(LEASE.0 * 3)).await;
    assert_eq!(kept(&world, 2).await, [("a".to_owned(), true.into()), ("node".to_owned(), "a".into())]);
    world.kill("a");
    world.start("b").await;
    world.pass(Millis(LEASE.0 * 4)).await;
    assert_eq!(kept(&world, 3).await, [("a".to_owned(), true.into()), ("b".to_owned(), true.into()), ("node".to_owned(), "b".into())]);
}

/// What is on the shelf, as soon as there are so many.
async fn kept(world: &World, count: usize) -> Vec<(String, serde_json::Value)> {
    for _ in 0..2_000 {
        let kept = world.store.all::<ShelfDoc>(WS).await.unwrap();
        if kept.len() >= count {
            return kept.into_iter().map(|shelved| (shelved.value.0.key, shelved.value.0.value)).collect();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("there are not {count} after ten seconds");
}
