//! R-DEDUP-1: the store itself drops the second signal with a key.

use serde_json::json;
use storage::{Rejection, StepOutcome};

use crate::make::{OTHER_WS, World, applied, event, keyed, plain, to_phone};
use crate::{Backend, Script};

fn answering(n: u128, key: &str, reply: &str) -> model::signal::Signal {
    let script = Script { reply: json!({ "said": reply }), link: vec![crate::make::phone(1)], ..Script::default() };
    keyed(event(n, to_phone(1), &script), key)
}

pub async fn the_same_key_in_one_batch_is_applied_once<B: Backend>() {
    let world = World::<B>::fresh().await;
    let outcomes = world.store.step(vec![answering(1, "k", "first"), answering(2, "k", "second")]).await.unwrap();
    let first = applied(outcomes[0].clone());
    assert_eq!(outcomes[1], StepOutcome::Duplicate { contact: Some(first.contact), reply: json!({ "said": "first" }), same: true });
    assert_eq!(world.trace(first.contact).await.seen.len(), 1);
}

pub async fn a_known_key_gets_the_first_answer<B: Backend>() {
    let world = World::<B>::fresh().await;
    let first = world.apply(answering(1, "k", "first")).await;
    let world = world.reopened().await;
    let again = world.one(answering(2, "k", "second")).await;
    assert_eq!(again, StepOutcome::Duplicate { contact: Some(first.contact), reply: json!({ "said": "first" }), same: true });
}

pub async fn another_body_under_the_same_key_is_told<B: Backend>() {
    let world = World::<B>::fresh().await;
    let with = |n, fingerprint| model::signal::Signal { fingerprint: Some(fingerprint), ..answering(n, "k", "first") };
    // The largest value does not fit a signed column unless the backend takes care.
    world.apply(with(1, u64::MAX)).await;
    assert!(matches!(world.one(with(2, u64::MAX)).await, StepOutcome::Duplicate { same: true, .. }));
    assert!(matches!(world.one(with(3, 5)).await, StepOutcome::Duplicate { same: false, .. }));
}

pub async fn concurrent_callers_with_one_key_apply_it_once<B: Backend>() {
    let world = World::<B>::fresh().await;
    let calls: Vec<_> = (1..=32)
        .map(|n| {
            let store = world.store.clone();
            tokio::spawn(async move { store.step(vec![answering(n, "k", "one of many")]).await })
        })
        .collect();
    let mut fresh = 0;
    for call in calls {
        match call.await.unwrap().unwrap().remove(0) {
            StepOutcome::Applied(_) => fresh += 1,
            StepOutcome::Duplicate { reply, same: true, .. } => assert_eq!(reply, json!({ "said": "one of many" })),
            other => panic!("neither applied nor a duplicate: {other:?}"),
        }
    }
    assert_eq!(fresh, 1);
}

pub async fn the_same_key_in_another_workspace_is_another_key<B: Backend>() {
    let world = World::<B>::fresh().await;
    world.apply(answering(1, "k", "here")).await;
    let there = model::signal::Signal { workspace: OTHER_WS, ..answering(2, "k", "there") };
    assert_eq!(world.apply(there).await.reply, json!({ "said": "there" }));
}

pub async fn a_rejected_signal_leaves_no_key<B: Backend>() {
    let world = World::<B>::fresh().await;
    let rejection = Rejection { code: "stale_thread".to_owned(), detail: "read again".to_owned(), data: json!(null) };
    let script = Script { reject: Some(rejection.clone()), ..Script::default() };
    assert_eq!(world.one(keyed(event(1, to_phone(1), &script), "k")).await, StepOutcome::Rejected(rejection));
    world.apply(keyed(plain(2, to_phone(1)), "k")).await;
}

pub async fn a_replay_of_a_parked_signal_is_a_duplicate<B: Backend>() {
    let world = World::<B>::fresh().await;
    let script = Script { poison: Some("cannot".to_owned()), reply: json!("done"), ..Script::default() };
    let signal = keyed(event(1, to_phone(1), &script), "k");
    assert!(matches!(world.one(signal.clone()).await, StepOutcome::Parked { .. }));
    let replay = model::signal::Signal { id: model::SignalId::from_u128(2), ..signal.clone() };
    assert_eq!(world.one(replay.clone()).await, StepOutcome::Duplicate { contact: None, reply: json!(null), same: true });
    assert_eq!(world.store.stats().await.unwrap().parked, 1);
    world.decider.heal();
    let retried = world.store.retry_parked(signal.workspace, signal.id).await.unwrap().unwrap();
    let contact = applied(retried).contact;
    assert_eq!(world.one(replay).await, StepOutcome::Duplicate { contact: Some(contact), reply: json!("done"), same: true });
}
