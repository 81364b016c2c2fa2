//! What stands behind a commit that fails is decided from what is stored, and from nothing that the failed group had in hand.

use std::sync::Arc;

use model::signal::{Signal, Target};
use model::{Message, MessageStatus};
use storage::{StepOutcome, StorageErrorKind, Store};
use storage_sqlite::{Options, SqliteStore};
use storage_tests::make::{WS, applied, event, keyed, message, phone, plain, receipt, to_phone};
use storage_tests::{Script, ScriptedDecider, Trace};

const PAGE: u64 = 4_096;

/// Each call is a group of its own, in the order of the calls.
async fn all(store: &Arc<SqliteStore>, signals: Vec<Signal>) -> Vec<Result<StepOutcome, StorageErrorKind>> {
    let call = |signal| {
        let store = Arc::clone(store);
        tokio::spawn(async move { store.step(vec![signal]).await.map(|mut outcomes| outcomes.remove(0)).map_err(|error| error.kind) })
    };
    let calls: Vec<_> = signals.into_iter().map(call).collect();
    let mut outcomes = Vec::new();
    for call in calls {
        outcomes.push(call.await.unwrap());
    }
    outcomes
}

/// On one thread, tasks are first polled in the order in which they are spawned.
#[tokio::test]
async fn signals_behind_a_failed_commit_are_decided_from_what_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { group_signals: 1, ..Options::default() };
    let store = Arc::new(SqliteStore::open(folder.path().join("antiphon.db"), options, Arc::new(ScriptedDecider::default())).unwrap());
    let script = Script { link: vec![phone(1)], ..Script::default() };
    let old = applied(store.step(vec![event(1, to_phone(1), &script)]).await.unwrap().remove(0)).contact;

    // The first group makes a contact, a message and a key, touches the contact that is there, and does not fit; the others wait meanwhile.
    let pages = store.stats().await.unwrap().bytes / PAGE;
    store.limit_pages(u32::try_from(pages).unwrap() + 24).await.unwrap();
    let lost = Message { provider_id: Some("wamid.lost".to_owned()), ..message(60, MessageStatus::Accepted) };
    let wide = |link: u32, lost: Vec<Message>| Script {
        link: vec![phone(link)],
        messages: lost,
        reply: "x".repeat(400_000).into(),
        slow_ms: 100,
        ..Script::default()
    };
    let link = Script { link: vec![phone(2)], ..Script::default() };
    let outcomes = all(
        &store,
        vec![
            keyed(event(2, to_phone(2), &wide(2, vec![lost.clone()])), "order-2"),
            keyed(event(3, Target::Contact(old), &wide(1, Vec::new())), "order-3"),
            receipt(4, "wamid.lost", MessageStatus::Delivered),
            keyed(event(5, to_phone(2), &link), "order-2"),
            plain(6, to_phone(2)),
            keyed(plain(7, Target::Contact(old)), "order-3"),
            keyed(plain(8, Target::Contact(old)), "order-3"),
        ],
    )
    .await;

    assert_eq!(outcomes[..2], [Err(StorageErrorKind::Unavailable), Err(StorageErrorKind::Unavailable)]);
    assert_eq!(outcomes[2], Ok(StepOutcome::Unresolved { kept: true }), "nobody stored the message that it names");
    let new = applied(outcomes[3].clone().unwrap()).contact;
    assert_eq!(applied(outcomes[4].clone().unwrap()).contact, new);
    assert_eq!(applied(outcomes[5].clone().unwrap()).contact, old);
    assert!(matches!(&outcomes[6], Ok(StepOutcome::Duplicate { contact, .. }) if *contact == Some(old)), "{:?}", outcomes[6]);
    let seen = async |contact| {
        let state = store.contact_state(WS, contact).await.unwrap().unwrap();
        Trace::read(&state).seen.iter().map(|id| id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!((seen(new).await, seen(old).await), (vec![5, 6], vec![1, 7]));
    assert_eq!(store.message(WS, lost.id).await.unwrap(), None);
    let logged = store.signals(WS, 0, 20).await.unwrap();
    assert_eq!(logged.iter().map(|row| row.signal.id.as_u128()).collect::<Vec<_>>(), [1, 5, 6, 7]);

    // With room, the message is stored, and what waited for it goes with it.
    store.limit_pages(0).await.unwrap();
    let outcomes = all(&store, vec![event(9, Target::Contact(new), &Script { messages: vec![lost.clone()], ..Script::default() })]).await;
    applied(outcomes[0].clone().unwrap());
    assert_eq!(store.message(WS, lost.id).await.unwrap().unwrap().status, MessageStatus::Delivered);
    assert_eq!(seen(new).await, [5, 6, 9, 4]);
    store.check().await.unwrap();
}
