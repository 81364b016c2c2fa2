//! Lines to providers: who holds them, and that nobody else does.

use std::time::Duration;

use model::{Millis, SenderId, Timestamp};
use runtime::Duty;
use runtime::documents::{AccountDoc, ShelfDoc};
use storage::DocumentExt;

use crate::world::{LEASE, WS, World, account};

const SENDER: SenderId = SenderId::from_u128(1);

/// Lines are tasks of their own and write to the store: that takes a moment of real time, however fast the clock is moved.
async fn breathe() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn only_the_node_that_serves_a_sender_holds_its_line() {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.start("b").await;
    world.pass_until(Millis(LEASE.0 * 3), |world| world.line_holder(SENDER).is_some()).await;
    for _ in 0..100 {
        world.pass(Millis(50)).await;
        assert_eq!(world.line_holder(SENDER), world.holder(Duty::Sender(SENDER)));
    }
    let first = world.line_holder(SENDER).expect("somebody holds it");
    let other = if first == "a" { "b" } else { "a" };
    breathe().await;
    world.kill(first);
    breathe().await;
    world.pass_until(Millis(LEASE.0 * 3), |world| world.line_holder(SENDER) == Some(other)).await;
}

#[tokio::test]
async fn a_line_is_taken_up_anew_when_its_settings_change() {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.pass_until(Millis(LEASE.0 * 3), |world| world.line_holder(SENDER) == Some("a")).await;
    breathe().await;
    let mut changed = account(SENDER);
    changed.sender.per_second = 7;
    world.store.put(WS, &AccountDoc(changed), 1, Timestamp::from_secs(1_780_336_900)).await.unwrap();
    world.nodes["a"].engine.reload(WS).await.unwrap();
    world.pass(Millis(50)).await;
    breathe().await;
    assert_eq!(world.line_holder(SENDER), None, "the line with the old settings was not put down");
    world.pass_until(Millis::from_secs(5), |world| world.line_holder(SENDER) == Some("a")).await;
}

#[tokio::test]
async fn what_a_line_keeps_is_replaced_by_key_and_survives_its_holder() {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.pass_until(Millis(LEASE.0 * 3), |world| world.line_holder(SENDER) == Some("a")).await;
    breathe().await;
    world.kill("a");
    breathe().await;
    world.start("b").await;
    world.pass_until(Millis(LEASE.0 * 4), |world| world.line_holder(SENDER) == Some("b")).await;
    breathe().await;
    let kept: Vec<_> = world.store.all::<ShelfDoc>(WS).await.unwrap().into_iter().map(|s| (s.value.0.key, s.value.0.value)).collect();
    assert_eq!(kept, [("a".to_owned(), true.into()), ("b".to_owned(), true.into()), ("node".to_owned(), "b".into())]);
}
