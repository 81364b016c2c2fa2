//! What can be wrong with a file, and what the store says to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::signal::Target;
use model::{ContactId, MessageStatus};
use rusqlite::Connection;
use storage::{MessageFilter, Page, StorageError, StorageErrorKind, Store};
use storage_sqlite::{Options, SqliteStore};
use storage_tests::make::{WS, applied, event, message, page, phone, plain, to_phone};
use storage_tests::{Script, ScriptedDecider, Trace};
use tempfile::TempDir;

fn open_with(database: &Path, options: Options) -> Result<SqliteStore, StorageError> {
    SqliteStore::open(database, options, Arc::new(ScriptedDecider::default()))
}

fn open(database: &Path) -> Result<SqliteStore, StorageError> {
    open_with(database, Options::default())
}

fn refused(database: &Path) -> StorageError {
    open(database).err().expect("the file is refused")
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("antiphon.db");
    (folder, database)
}

/// A closed store with a contact and some hundred messages.
async fn filled(database: &Path) {
    let store = open(database).unwrap();
    for n in 0..300u32 {
        let messages = vec![message(u128::from(n) + 1_000, MessageStatus::Accepted)];
        let script = Script { messages, link: vec![phone(n)], ..Script::default() };
        applied(store.step(vec![event(u128::from(n) + 1, to_phone(n), &script)]).await.unwrap().remove(0));
    }
}

async fn seen(store: &SqliteStore, contact: ContactId) -> usize {
    Trace::read(&store.contact_state(WS, contact).await.unwrap().unwrap()).seen.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_changes_nothing_and_space_mends_it() {
    let (_folder, database) = place();
    let store = Arc::new(open_with(&database, Options { max_pages: Some(120), ..Options::default() }).unwrap());
    let link = Script { link: vec![phone(1)], ..Script::default() };
    let contact = applied(store.step(vec![event(1, to_phone(1), &link)]).await.unwrap().remove(0)).contact;
    let wide = move |n: u128| {
        let script = Script { reply: serde_json::Value::String("x".repeat(3_000)), ..Script::default() };
        event(n, Target::Contact(contact), &script)
    };
    let callers: Vec<_> = (1..=4u128)
        .map(|caller| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for n in 0..1_000usize {
                    match store.step(vec![wide(caller * 10_000 + n as u128)]).await {
                        Ok(mut outcomes) => drop(applied(outcomes.remove(0))),
                        Err(error) => {
                            assert_eq!(error.kind, StorageErrorKind::Unavailable);
                            assert!(error.context.contains("full"), "{error}");
                            return n;
                        }
                    }
                }
                panic!("the store was never full");
            })
        })
        .collect();
    let mut applied_before = 1;
    for caller in callers {
        applied_before += caller.await.unwrap();
    }
    // Exactly what was answered is there: in the state, and in the log.
    assert_eq!(seen(&store, contact).await, applied_before);
    assert_eq!(store.signals(WS, 0, 10_000).await.unwrap().len(), applied_before);
    let batch = (50_000..50_100).map(wide).collect();
    assert_eq!(store.step(batch).await.unwrap_err().kind, StorageErrorKind::Unavailable);
    assert_eq!(seen(&store, contact).await, applied_before);
    let stats = store.stats().await.unwrap();
    assert_eq!((stats.parked, stats.bytes), (0, stats.bytes.min(120 * 4_096)));
    store.limit_pages(0).await.unwrap();
    let batch: Vec<_> = (50_000..50_100).map(wide).collect();
    for outcome in store.step(batch).await.unwrap() {
        applied(outcome);
    }
    assert_eq!(seen(&store, contact).await, applied_before + 100);
    store.check().await.unwrap();
}

#[tokio::test]
async fn the_same_database_cannot_be_opened_twice() {
    let (_folder, database) = place();
    let first = open(&database).unwrap();
    let error = refused(&database);
    assert_eq!(error.kind, StorageErrorKind::Unavailable);
    assert!(error.context.contains("antiphon.db.lock") && error.context.contains("stop that process"), "{error}");
    drop(first);
    drop(open(&database).unwrap());
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let (_folder, database) = place();
    drop(open(&database).unwrap());
    let conn = Connection::open(&database).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let before = std::fs::read(&database).unwrap();
    for error in [refused(&database), SqliteStore::open_read_only(&database).err().unwrap()] {
        assert_eq!(error.kind, StorageErrorKind::Incompatible);
        assert!(error.context.contains("schema 99") && error.context.contains("newer version"), "{error}");
    }
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let (_folder, database) = place();
    let conn = Connection::open(&database).unwrap();
    conn.execute_batch("CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('mine');").unwrap();
    drop(conn);
    let before = std::fs::read(&database).unwrap();
    let error = refused(&database);
    assert_eq!(error.kind, StorageErrorKind::Incompatible);
    assert!(error.context.contains("another program"), "{error}");
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_called_damaged() {
    let (_folder, database) = place();
    std::fs::write(&database, "this is a letter and not a database\n".repeat(400)).unwrap();
    let error = refused(&database);
    assert_eq!(error.kind, StorageErrorKind::Corrupt);
    assert!(error.context.contains("restore a backup") && error.context.contains("antiphon.db"), "{error}");
}

#[tokio::test]
async fn a_closed_store_is_one_file() {
    let (folder, database) = place();
    filled(&database).await;
    let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["antiphon.db", "antiphon.db.lock"]);
}

#[tokio::test]
async fn a_damaged_file_is_called_damaged() {
    let (_folder, database) = place();
    filled(&database).await;
    let whole = std::fs::read(&database).unwrap();
    // Every page but the first, which holds the header: whatever is read meets garbage.
    let mut bytes = whole.clone();
    for byte in &mut bytes[4_096..] {
        *byte ^= 0x5A;
    }
    std::fs::write(&database, &bytes).unwrap();
    let error = refused(&database);
    assert_eq!(error.kind, StorageErrorKind::Corrupt);
    assert!(error.context.contains("restore a backup"), "{error}");
    // Half a file opens, because its first pages are whole; reading what is gone says so.
    std::fs::write(&database, &whole[..whole.len() / 2 / 4_096 * 4_096]).unwrap();
    let error = match open(&database) {
        Err(error) => error,
        Ok(store) => {
            assert_eq!(store.check().await.unwrap_err().kind, StorageErrorKind::Corrupt);
            store.messages(WS, MessageFilter::default(), page(1_000)).await.unwrap_err()
        }
    };
    assert_eq!(error.kind, StorageErrorKind::Corrupt);
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let (folder, _) = place();
    let error = refused(&folder.path().join("none").join("antiphon.db"));
    assert_eq!(error.kind, StorageErrorKind::Unavailable);
    assert!(error.context.contains("none") && error.context.contains("folder exists"), "{error}");
}

#[tokio::test]
async fn a_reader_sees_commits_of_the_running_store() {
    let (_folder, database) = place();
    assert_eq!(SqliteStore::open_read_only(&database).err().unwrap().kind, StorageErrorKind::Unavailable);
    let store = open(&database).unwrap();
    let reader = SqliteStore::open_read_only(&database).unwrap();
    let link = Script { link: vec![phone(1)], ..Script::default() };
    let contact = applied(store.step(vec![event(1, to_phone(1), &link)]).await.unwrap().remove(0)).contact;
    assert_eq!(seen(&reader, contact).await, 1);
    applied(store.step(vec![plain(2, to_phone(1))]).await.unwrap().remove(0));
    assert_eq!(seen(&reader, contact).await, 2);
    let refused = reader.put_document(WS, "queue", "desk", 0, serde_json::json!(1), storage_tests::make::at(0)).await.unwrap_err();
    assert_eq!(refused.kind, StorageErrorKind::Invalid);
    // A reader can take the backup too, while the server runs.
    let copy = database.with_extension("copy");
    reader.backup(&copy, &|_, _| {}).await.unwrap();
    let copied = SqliteStore::open_read_only(&copy).unwrap();
    copied.check().await.unwrap();
    assert_eq!(copied.signals(WS, 0, 10).await.unwrap().len(), 2);
    // And the store can be closed and read without a server.
    drop(store);
    let late = SqliteStore::open_read_only(&database).unwrap();
    assert_eq!(late.parked(WS, Page::first(10)).await.unwrap().items.len(), 0);
    assert_eq!(seen(&late, contact).await, 2);
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, database) = place();
    let store = open(&database).unwrap();
    applied(store.step(vec![plain(1, to_phone(1))]).await.unwrap().remove(0));
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.file_name());
    }
}
