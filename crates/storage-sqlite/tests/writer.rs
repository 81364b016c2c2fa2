//! How the writer groups work, and what it does when one piece of a group fails in the file.

mod common;

use std::sync::Arc;

use common::Sqlite;
use model::MessageStatus;
use model::signal::{SignalBody, Target};
use rusqlite::Connection;
use storage::{StepOutcome, StorageErrorKind, Store};
use storage_sqlite::{Options, SqliteStore};
use storage_tests::make::{WS, World, applied, at, event, message, page, phone, plain, signal, to_phone};
use storage_tests::{Script, ScriptedDecider};

/// On one thread, tasks are first polled in the order in which they are spawned, so the slow step is handed over first.
#[tokio::test]
async fn callers_that_wait_share_one_commit() {
    let world = World::<Sqlite>::fresh().await;
    let slow = Script { slow_ms: 300, ..Script::default() };
    let signals = (1..=100u32).map(|n| if n == 1 { event(1, to_phone(1), &slow) } else { plain(u128::from(n), to_phone(n)) });
    let calls: Vec<_> = signals
        .map(|signal| {
            let store = world.store.clone();
            tokio::spawn(async move { store.step(vec![signal]).await })
        })
        .collect();
    for call in calls {
        applied(call.await.unwrap().unwrap().remove(0));
    }
    let stats = world.store.stats().await.unwrap();
    assert_eq!(stats.steps, 100);
    assert!(stats.commits <= 5, "a hundred callers took {} commits", stats.commits);
}

#[tokio::test]
async fn a_failing_document_does_not_fail_the_steps_beside_it() {
    let world = World::<Sqlite>::fresh().await;
    let slow = tokio::spawn({
        let store = world.store.clone();
        async move { store.step(vec![event(1, to_phone(1), &Script { slow_ms: 100, ..Script::default() })]).await }
    });
    tokio::task::yield_now().await;
    let put = |expected| world.store.put_document(WS, "queue", "desk", expected, serde_json::json!(expected), at(0));
    let (conflict, step, fine) = tokio::join!(put(7), world.store.step(vec![plain(2, to_phone(2))]), put(0));
    assert_eq!(conflict.unwrap_err().kind, StorageErrorKind::Conflict);
    applied(step.unwrap().remove(0));
    assert_eq!(fine.unwrap(), 1);
    applied(slow.await.unwrap().unwrap().remove(0));
}

#[tokio::test]
async fn one_unreadable_row_parks_only_its_signal() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("antiphon.db");
    let open = || SqliteStore::open(&database, Options::default(), Arc::new(ScriptedDecider::default())).unwrap();
    let store = open();
    let script = Script { messages: vec![message(50, MessageStatus::Queued)], link: vec![phone(1)], ..Script::default() };
    let contact = applied(store.step(vec![event(1, to_phone(1), &script)]).await.unwrap().remove(0)).contact;
    drop(store);
    let conn = Connection::open(&database).unwrap();
    assert_eq!(conn.execute("UPDATE message SET doc = x'017b'", []).unwrap(), 1);
    drop(conn);
    let store = open();
    let hand_off = signal(2, Target::Contact(contact), SignalBody::HandOff { message: message(50, MessageStatus::Queued).id });
    let batch = vec![plain(3, Target::Contact(contact)), hand_off, plain(4, Target::Contact(contact)), plain(5, to_phone(5))];
    let outcomes = store.step(batch).await.unwrap();
    assert!(matches!(&outcomes[1], StepOutcome::Parked { error } if error.contains("a stored message cannot be read")), "{outcomes:?}");
    for n in [0, 2, 3] {
        applied(outcomes[n].clone());
    }
    assert_eq!(store.parked(WS, page(10)).await.unwrap().items.len(), 1);
    assert_eq!(store.signals(WS, 0, 10).await.unwrap().len(), 4);
    // Reading it says that a person must look.
    let error = store.message(WS, message(50, MessageStatus::Queued).id).await.unwrap_err();
    assert_eq!(error.kind, StorageErrorKind::Corrupt);
}
