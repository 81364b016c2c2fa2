//! Wakes are kept in memory and saved now and then: whatever happens, they are those of the contacts' rows.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use model::signal::Signal;
use model::{ContactId, Timestamp};
use storage::{StepOutcome, Store};
use storage_sqlite::{Options, SqliteStore};
use storage_tests::make::{OTHER_WS, at, event, phone, to_phone};
use storage_tests::{Script, ScriptedDecider};

fn open(database: &Path) -> SqliteStore {
    SqliteStore::open(database, Options::default(), Arc::new(ScriptedDecider::default())).unwrap()
}

/// A step that sets the wake of a person, or takes it away.
fn step(n: u128, person: u32, wake: Option<i64>) -> Signal {
    let script = Script { link: vec![phone(person)], next_wake: wake.map(at), ..Script::default() };
    let signal = event(n, to_phone(person), &script);
    if person.is_multiple_of(3) { Signal { workspace: OTHER_WS, ..signal } } else { signal }
}

async fn due(store: &SqliteStore) -> Vec<(ContactId, Timestamp)> {
    let all = store.due(Timestamp::MAX, u32::MAX).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), all.first().map(|(_, _, at)| *at));
    all.into_iter().map(|(_, contact, at)| (contact, at)).collect()
}

/// Applies steps, and keeps what the wakes should be.
async fn apply(store: &SqliteStore, expected: &mut BTreeMap<ContactId, Timestamp>, steps: Vec<(Signal, Option<i64>)>) {
    let (signals, wakes): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
    for (outcome, wake) in store.step(signals).await.unwrap().into_iter().zip(wakes) {
        let StepOutcome::Applied(applied) = outcome else { panic!("{outcome:?}") };
        match wake {
            Some(secs) => expected.insert(applied.contact, at(secs)),
            None => expected.remove(&applied.contact),
        };
    }
}

fn sorted(expected: &BTreeMap<ContactId, Timestamp>) -> Vec<(ContactId, Timestamp)> {
    let mut all: Vec<_> = expected.iter().map(|(contact, at)| (*contact, *at)).collect();
    all.sort_unstable_by_key(|(_, at)| *at);
    all
}

/// The files as they are now, as a loss of power would leave them.
fn snapshot(database: &Path, to: &Path) {
    for end in ["", "-wal"] {
        let with = |path: &Path| format!("{}{end}", path.display());
        std::fs::copy(with(database), with(to)).unwrap();
    }
}

/// More than are kept unsaved, so that some are saved under way and some are not.
#[tokio::test]
async fn wakes_are_the_same_after_a_crash_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("antiphon.db");
    let store = open(&database);
    let mut expected = BTreeMap::new();
    // Each at a second of its own, so that their order is known.
    for first in (0..9_000u32).step_by(1_000) {
        let steps = (first..first + 1_000).map(|n| {
            let wake = Some(i64::from(n) + 1);
            (step(u128::from(n) + 1, n, wake), wake)
        });
        apply(&store, &mut expected, steps.collect()).await;
    }
    let moves = (0..100u32).map(|n| {
        let wake = (n % 4 > 0).then(|| 100_000 + i64::from(n));
        (step(u128::from(n) + 50_000, n * 90, wake), wake)
    });
    apply(&store, &mut expected, moves.collect()).await;
    assert_eq!(due(&store).await, sorted(&expected));
    let crashed = folder.path().join("crashed.db");
    snapshot(&database, &crashed);
    assert_eq!(due(&SqliteStore::open_read_only(&database).unwrap()).await, sorted(&expected));
    drop(store);
    for path in [&crashed, &database] {
        for _ in 0..2 {
            let store = open(path);
            assert_eq!(due(&store).await, sorted(&expected), "{}", path.display());
            store.check().await.unwrap();
        }
    }
}

/// A commit that fails leaves the wakes as they were.
#[tokio::test]
async fn a_failed_commit_moves_no_wake() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("antiphon.db"));
    let mut expected = BTreeMap::new();
    apply(&store, &mut expected, (1..=50u32).map(|n| (step(u128::from(n), n, Some(i64::from(n))), Some(i64::from(n)))).collect()).await;
    store.limit_pages(1).await.unwrap();
    let wide = |n: u32| {
        let script = Script { next_wake: Some(at(9_000)), reply: "x".repeat(20_000).into(), ..Script::default() };
        Signal { workspace: step(1, n, None).workspace, ..event(u128::from(n) + 1_000, to_phone(n), &script) }
    };
    store.step((1..=50).map(wide).collect()).await.unwrap_err();
    assert_eq!(due(&store).await, sorted(&expected));
    store.limit_pages(0).await.unwrap();
    apply(&store, &mut expected, (1..=50u32).map(|n| (wide(n), Some(9_000))).collect()).await;
    let mut found: Vec<_> = due(&store).await;
    found.sort_unstable();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
}
