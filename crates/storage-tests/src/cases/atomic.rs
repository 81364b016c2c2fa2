//! A step is committed whole, parked, or nothing; and one signal's trouble is its own.

use model::change::CounterDelta;
use model::signal::{Signal, Target};
use model::{ContactId, SignalId};
use serde_json::json;
use storage::{Rejection, StepOutcome};

use crate::make::{OTHER_WS, WS, World, applied, event, ledger, message, page, phone, plain, to_phone};
use crate::{Backend, Script};

pub async fn one_poisonous_signal_among_a_thousand_is_parked_alone<B: Backend>() {
    let world = World::<B>::fresh().await;
    let poison = Script { poison: Some("this cannot be".to_owned()), link: vec![phone(500)], ..Script::default() };
    let batch: Vec<Signal> = (0..1_000u32)
        .map(|n| {
            let script = if n == 500 { poison.clone() } else { Script { link: vec![phone(n)], ..Script::default() } };
            event(u128::from(n) + 1, to_phone(n), &script)
        })
        .collect();
    let outcomes = world.store.step(batch).await.unwrap();
    assert_eq!(outcomes.len(), 1_000);
    for (n, outcome) in outcomes.iter().enumerate() {
        match outcome {
            StepOutcome::Applied(applied) => assert_eq!(applied.contact, ContactId::from_u128(n as u128 + 1)),
            StepOutcome::Parked { error } => assert_eq!((n, error.as_str()), (500, "this cannot be")),
            other => panic!("signal {n}: {other:?}"),
        }
    }
    let stats = world.store.stats().await.unwrap();
    assert_eq!((stats.contacts, stats.signals, stats.parked), (999, 999, 1));
    let parked = world.store.parked(WS, page(10)).await.unwrap().items;
    assert_eq!((parked[0].signal.id, parked[0].error.as_str(), parked[0].tries), (SignalId::from_u128(501), "this cannot be", 1));
    world.decider.heal();
    applied(world.store.retry_parked(WS, SignalId::from_u128(501)).await.unwrap().unwrap());
    assert_eq!(world.store.find_contact(WS, &[phone(500)]).await.unwrap(), Some(ContactId::from_u128(501)));
}

pub async fn a_panic_is_parked_like_poison<B: Backend>() {
    let world = World::<B>::fresh().await;
    let script = Script { panic: true, link: vec![phone(1)], ..Script::default() };
    let outcomes = world.store.step(vec![event(1, to_phone(1), &script), plain(2, to_phone(2))]).await.unwrap();
    assert!(matches!(&outcomes[0], StepOutcome::Parked { error } if error.contains("the script says panic")), "{outcomes:?}");
    applied(outcomes[1].clone());
    assert_eq!(world.store.find_contact(WS, &[phone(1)]).await.unwrap(), None);
    // The store lives on.
    world.contact(3).await;
}

pub async fn a_rejected_signal_stores_nothing<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let rejection = Rejection { code: "stale_thread".to_owned(), detail: "read again".to_owned(), data: json!({ "newest": 3 }) };
    let script = Script { reject: Some(rejection.clone()), ..Script::default() };
    let batch = vec![event(10, Target::Contact(contact), &script), event(11, to_phone(2), &script)];
    let outcomes = world.store.step(batch).await.unwrap();
    assert_eq!(outcomes, vec![StepOutcome::Rejected(rejection.clone()), StepOutcome::Rejected(rejection)]);
    let stats = world.store.stats().await.unwrap();
    assert_eq!((stats.contacts, stats.signals, stats.parked), (1, 1, 0));
    assert_eq!(world.trace(contact).await.seen.len(), 1);
}

pub async fn changes_of_another_contact_are_parked<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let mut theirs = message(50, model::MessageStatus::Queued);
    theirs.contact = two;
    let mut elsewhere = message(51, model::MessageStatus::Queued);
    (elsewhere.contact, elsewhere.workspace) = (one, OTHER_WS);
    for (n, stray) in [(10, theirs), (11, elsewhere)] {
        let script = Script { messages: vec![stray.clone()], stray: true, ..Script::default() };
        let outcome = world.one(event(n, Target::Contact(one), &script)).await;
        assert!(matches!(outcome, StepOutcome::Parked { .. }), "{outcome:?}");
        assert_eq!(world.store.message(WS, stray.id).await.unwrap(), None);
        assert_eq!(world.store.message(OTHER_WS, stray.id).await.unwrap(), None);
    }
    assert_eq!(world.trace(one).await.seen.len(), 1);
}

/// A failure that only the store can see, in the middle of a batch: the others are applied, and nothing of the culprit is.
pub async fn a_forked_consent_chain_is_parked<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    world.script(10, one, Script { ledger: vec![ledger(1, phone(1))], ..Script::default() }).await;
    let count = CounterDelta { scope: "s".to_owned(), key: String::new(), name: "n".to_owned(), by: 1 };
    let counting = Script { counters: vec![count.clone()], ..Script::default() };
    let fork = Script { ledger: vec![ledger(1, phone(1))], counters: vec![count], link: vec![phone(9)], ..Script::default() };
    let batch = vec![
        event(11, Target::Contact(one), &counting),
        event(12, Target::Contact(one), &fork),
        event(13, Target::Contact(one), &counting),
        event(14, Target::Contact(two), &counting),
    ];
    let outcomes = world.store.step(batch).await.unwrap();
    assert!(matches!(outcomes[1], StepOutcome::Parked { .. }), "{outcomes:?}");
    for n in [0, 2, 3] {
        applied(outcomes[n].clone());
    }
    let seen = |n: u128| SignalId::from_u128(n);
    assert_eq!(world.trace(one).await.seen, [1, 10, 11, 13].map(seen));
    assert_eq!(world.trace(two).await.seen, [2, 14].map(seen));
    assert_eq!(world.store.counters(WS, "s").await.unwrap()[0].value, 3);
    assert_eq!(world.store.find_contact(WS, &[phone(9)]).await.unwrap(), None);
    assert_eq!(world.store.parked(WS, page(10)).await.unwrap().items.len(), 1);
}

pub async fn signals_of_one_batch_see_one_another<B: Backend>() {
    let world = World::<B>::fresh().await;
    let link = Script { link: vec![phone(1)], ..Script::default() };
    let batch = vec![event(1, to_phone(1), &link), plain(2, to_phone(1)), plain(3, Target::Contact(ContactId::from_u128(1)))];
    for outcome in world.store.step(batch).await.unwrap() {
        assert_eq!(applied(outcome).contact, ContactId::from_u128(1));
    }
    assert_eq!(world.trace(ContactId::from_u128(1)).await.seen, [1, 2, 3].map(SignalId::from_u128));
}

pub async fn concurrent_steps_on_one_contact_lose_nothing<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let tasks: Vec<_> = (0..64u128)
        .map(|task| {
            let store = world.store.clone();
            tokio::spawn(async move {
                for n in 0..8 {
                    let outcome = store.step(vec![plain(1_000 + task * 8 + n, Target::Contact(contact))]).await.unwrap().remove(0);
                    applied(outcome);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut seen = world.trace(contact).await.seen;
    let order: Vec<u128> = seen.iter().map(|id| id.as_u128()).filter(|id| *id >= 1_000).collect();
    for task in 0..64 {
        let mine: Vec<u128> = order.iter().copied().filter(|id| (id - 1_000) / 8 == task).collect();
        assert!(mine.is_sorted(), "the signals of one caller keep their order: {mine:?}");
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 1 + 64 * 8);
    let log = world.store.signals(WS, 0, 10_000).await.unwrap();
    assert_eq!(log.len(), 1 + 64 * 8);
}

pub async fn concurrent_batches_keep_their_own_order<B: Backend>() {
    let world = World::<B>::fresh().await;
    let tasks: Vec<_> = (1..=16u32)
        .map(|n| {
            let store = world.store.clone();
            tokio::spawn(async move {
                let link = Script { link: vec![phone(n)], ..Script::default() };
                let first = u128::from(n) * 100;
                let mut batch = vec![event(first, to_phone(n), &link)];
                batch.extend((1..20).map(|i| plain(first + i, to_phone(n))));
                store.step(batch).await.unwrap()
            })
        })
        .collect();
    for task in tasks {
        for outcome in task.await.unwrap() {
            applied(outcome);
        }
    }
    for n in 1..=16u128 {
        let expected: Vec<SignalId> = (0..20).map(|i| SignalId::from_u128(n * 100 + i)).collect();
        assert_eq!(world.trace(ContactId::from_u128(n * 100)).await.seen, expected);
    }
}

pub async fn an_empty_batch_is_answered<B: Backend>() {
    let world = World::<B>::fresh().await;
    assert_eq!(world.store.step(Vec::new()).await.unwrap(), Vec::new());
}

pub async fn what_was_answered_survives_a_restart<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    world.script(10, contact, Script { next_wake: Some(crate::make::at(60)), ..Script::default() }).await;
    let before = world.trace(contact).await;
    let world = world.reopened().await;
    assert_eq!(world.trace(contact).await, before);
    assert_eq!(world.store.next_due().await.unwrap(), Some(crate::make::at(60)));
    assert_eq!(world.store.find_contact(WS, &[phone(1)]).await.unwrap(), Some(contact));
    world.apply(plain(11, to_phone(1))).await;
}
