//! A process that is killed in the middle of its steps: everything that was answered is there, and nothing by half.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use model::signal::Target;
use model::{ContactId, SignalId};
use storage::{StorageErrorKind, Store};
use storage_sqlite::{Options, SqliteStore};
use storage_tests::make::{WS, applied, event, phone, plain, to_phone};
use storage_tests::{Script, ScriptedDecider, Trace};

/// Tells the child which database to write to.
const DATABASE: &str = "STORAGE_SQLITE_CRASH_DATABASE";
const CALLERS: u128 = 8;

fn first_signal(round: u128, caller: u128) -> u128 {
    round * 10_000_000 + caller * 1_000_000
}

/// Not a test by itself: the process that the tests below kill. It writes `<signal>` for every answer it got.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs as the child process of the crash tests"]
#[expect(clippy::disallowed_methods, reason = "its parent tells it in the environment where to write")]
async fn child() {
    let Ok(database) = std::env::var(DATABASE) else { return };
    let store = Arc::new(SqliteStore::open(&database, Options::default(), Arc::new(ScriptedDecider::default())).unwrap());
    // The count of signals so far tells apart the rounds on one database.
    let round = u128::from(store.stats().await.unwrap().signals) + 1;
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let number = u32::try_from(caller).unwrap();
                let link = Script { link: vec![phone(number)], ..Script::default() };
                // Bounded, should nobody kill us.
                for n in 0..100_000 {
                    let id = first_signal(round, caller) + n;
                    let signal = if n == 0 { event(id, to_phone(number), &link) } else { plain(id, to_phone(number)) };
                    applied(store.step(vec![signal]).await.unwrap().remove(0));
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "answered {id}").unwrap();
                    out.flush().unwrap();
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}

fn spawn_child(database: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture", "--test-threads", "1"])
        .env(DATABASE, database)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads answers until there are `enough`, then kills without warning, then reads what was still under way.
fn kill_after(child: &mut Child, enough: usize, mut meanwhile: impl FnMut(&Child)) -> Vec<u128> {
    let mut answered = Vec::new();
    let mut killed = false;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        answered.extend(line.strip_prefix("answered ").and_then(|id| id.parse::<u128>().ok()));
        if answered.len() >= enough && !killed {
            meanwhile(child);
            child.kill().unwrap();
            killed = true;
        }
    }
    child.wait().unwrap();
    assert!(killed, "the child ended by itself after {} answers", answered.len());
    answered
}

fn open(database: &Path) -> SqliteStore {
    SqliteStore::open(database, Options::default(), Arc::new(ScriptedDecider::default())).unwrap()
}

#[tokio::test]
async fn everything_answered_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("antiphon.db");
    let mut answered: Vec<u128> = Vec::new();
    for enough in [1, 40, 333, 7, 120] {
        let mut child = spawn_child(&database);
        answered.extend(kill_after(&mut child, enough, |_| {}));
        // Readers manage with what the dead process left, before anybody mends it.
        let reader = SqliteStore::open_read_only(&database).unwrap();
        let left = reader.signals(WS, 0, 1_000_000).await.unwrap().len();
        drop(reader);
        let store = open(&database);
        store.check().await.unwrap();
        let log = store.signals(WS, 0, 1_000_000).await.unwrap();
        assert_eq!(log.len(), left);
        let mut by_contact: BTreeMap<ContactId, Vec<SignalId>> = BTreeMap::new();
        for row in &log {
            by_contact.entry(row.contact.unwrap()).or_default().push(row.signal.id);
        }
        for id in &answered {
            assert!(log.iter().any(|row| row.signal.id.as_u128() == *id), "signal {id} was answered and is gone");
        }
        // State and log agree, so no step is there by half.
        for (contact, signals) in by_contact {
            let trace = Trace::read(&store.contact_state(WS, contact).await.unwrap().unwrap());
            assert_eq!(trace.seen, signals);
        }
        applied(store.step(vec![plain(u128::MAX - answered.len() as u128, to_phone(0))]).await.unwrap().remove(0));
    }
}

#[tokio::test]
async fn a_second_process_is_refused_and_readers_are_welcome() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("antiphon.db");
    let mut child = spawn_child(&database);
    let mut reader = None;
    let answered = kill_after(&mut child, 20, |child| {
        let error = SqliteStore::open(&database, Options::default(), Arc::new(ScriptedDecider::default())).err().unwrap();
        assert_eq!(error.kind, StorageErrorKind::Unavailable);
        for part in [database.display().to_string(), format!("process {}", child.id()), "antiphon.db.lock".to_owned()] {
            assert!(error.context.contains(&part), "{part} is missing in: {error}");
        }
        reader = Some(SqliteStore::open_read_only(&database).unwrap());
    });
    let reader = reader.unwrap();
    let seen = reader.signals(WS, 0, 1_000_000).await.unwrap();
    assert!(seen.len() >= 20 && answered.len() >= 20);
    let contact = seen[0].contact.unwrap();
    let refused = reader.step(vec![plain(1, Target::Contact(contact))]).await.unwrap_err();
    assert_eq!(refused.kind, StorageErrorKind::Invalid);
    // The lock went with its process.
    drop(open(&database));
}
