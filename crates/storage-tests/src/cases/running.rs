//! Running a store: figures and backups.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use model::MessageStatus;
use model::signal::Target;
use storage::StorageErrorKind;

use crate::make::{WS, World, applied, event, message, plain, to_phone};
use crate::{Backend, Script, Trace};

pub async fn stats_count_what_there_is<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    world.script(10, contact, Script { messages: vec![message(50, MessageStatus::Queued)], ..Script::default() }).await;
    world.one(event(11, to_phone(2), &Script { poison: Some("cannot".to_owned()), ..Script::default() })).await;
    let stats = world.store.stats().await.unwrap();
    assert_eq!((stats.contacts, stats.signals, stats.messages, stats.parked, stats.unresolved), (1, 2, 1, 1, 0));
    assert_eq!((stats.steps, stats.commits), (2, 3));
    assert!(stats.bytes > 0);
}

pub async fn a_backup_taken_while_writing_is_whole<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let wide = |n| {
        let script = Script { reply: serde_json::Value::String("x".repeat(2_000)), ..Script::default() };
        event(n, Target::Contact(contact), &script)
    };
    world.store.step((100..600).map(wide).collect()).await.unwrap();
    let before = world.trace(contact).await.seen.len();
    let stop = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (store, stop) = (world.store.clone(), stop.clone());
        async move {
            // Bounded, should the backup never end.
            for n in 1_000..20_000 {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                applied(store.step(vec![plain(n, Target::Contact(contact))]).await.unwrap().remove(0));
            }
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let progress = Mutex::new(Vec::new());
    let outcome = world.store.backup(&copy, &|done, total| progress.lock().unwrap().push((done, total))).await;
    stop.store(true, Ordering::SeqCst);
    writer.await.unwrap();
    outcome.unwrap();
    let progress = progress.into_inner().unwrap();
    let (done, total) = *progress.last().expect("progress is reported");
    assert!(total > 0 && done == total, "{progress:?}");
    let copied = B::open_backup(&copy, world.decider.clone()).await;
    let trace = Trace::read(&copied.contact_state(WS, contact).await.unwrap().unwrap());
    assert!(trace.seen.len() >= before);
    assert!(world.trace(contact).await.seen.starts_with(&trace.seen));
    assert_eq!(copied.signals(WS, 0, 30_000).await.unwrap().len(), trace.seen.len());
    // The copy is a store of its own.
    applied(copied.step(vec![plain(50_000, Target::Contact(contact))]).await.unwrap().remove(0));
}

pub async fn a_backup_replaces_nothing<B: Backend>() {
    let world = World::<B>::fresh().await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    std::fs::write(&copy, b"precious").unwrap();
    let error = world.store.backup(&copy, &|_, _| {}).await.unwrap_err();
    assert_eq!(error.kind, StorageErrorKind::Invalid);
    assert_eq!(std::fs::read(&copy).unwrap(), b"precious");
}
