//! The database: how it comes to be, how it is parted, and what it cannot hold.

mod common;

use std::sync::Arc;

use common::open;
use model::signal::Target;
use model::{AddressKey, MessageId, MessageStatus};
use postgres_server::{Database, database};
use storage::{ContactFilter, StepOutcome, StorageErrorKind, Store};
use storage_postgres::{PostgresStore, Settings};
use storage_tests::make::{WS, applied, event, keyed, message, page, phone, profile, to_phone};
use storage_tests::{Script, ScriptedDecider};

fn decider() -> Arc<ScriptedDecider> {
    Arc::new(ScriptedDecider::default())
}

async fn refused(database: &Database) -> storage::StorageError {
    PostgresStore::open(Settings::parse(database.url()).unwrap(), decider()).await.err().expect("it is refused")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_nodes_may_start_on_an_empty_database_at_once() {
    let database = database().unwrap();
    let nodes: Vec<_> = (0..8)
        .map(|_| {
            let url = database.url().to_owned();
            tokio::spawn(async move { open(&url, decider()).await })
        })
        .collect();
    for node in nodes {
        node.await.unwrap();
    }
    assert_eq!(database.psql("SELECT count(*) FROM schema_migration").unwrap(), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_another_program_or_version_is_left_alone() {
    let foreign = database().unwrap();
    foreign.psql("CREATE TABLE contact (note text)").unwrap();
    let error = refused(&foreign).await;
    assert_eq!(error.kind, StorageErrorKind::Incompatible);
    assert!(error.context.contains("another program"), "{error}");
    let newer = database().unwrap();
    drop(open(newer.url(), decider()).await);
    newer.psql("INSERT INTO schema_migration VALUES (2, '0002_later', 'x')").unwrap();
    assert!(refused(&newer).await.context.contains("newer version"));
    newer.psql("DELETE FROM schema_migration WHERE number = 2; UPDATE schema_migration SET checksum = 'x'").unwrap();
    assert!(refused(&newer).await.context.contains("0001_schema"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_lie_in_the_partition_of_their_month_and_old_months_can_leave() {
    let database = database().unwrap();
    let store = open(database.url(), decider()).await;
    let now: u128 = database.psql("SELECT (extract(epoch FROM now()) * 1000)::int8").unwrap().parse().unwrap();
    let month = database.psql("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')").unwrap();
    let recent = (now << 80) | 7;
    let script = Script { messages: vec![message(recent, MessageStatus::Queued), message(50, MessageStatus::Read)], ..Script::default() };
    let contact = applied(store.step(vec![event(1, to_phone(1), &script)]).await.unwrap().remove(0)).contact;
    let places = database.psql("SELECT tableoid::regclass FROM message ORDER BY 1").unwrap();
    assert!(places.contains("message_other") && places.contains(&format!("message_{month}")), "{places}");
    let partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'message'::regclass";
    assert_eq!(database.psql(partitions).unwrap(), "5", "this month, three to come, and all others");
    // A message that leaves its month's partition only changes; one whose partition is gone is not found, and nothing else breaks.
    let sent = Script { messages: vec![message(recent, MessageStatus::Accepted)], ..Script::default() };
    applied(store.step(vec![event(2, Target::Contact(contact), &sent)]).await.unwrap().remove(0));
    database.psql(&format!("ALTER TABLE message DETACH PARTITION message_{month}; DROP TABLE message_{month}")).unwrap();
    assert_eq!(store.message(WS, MessageId::from_u128(recent)).await.unwrap(), None);
    assert_eq!(store.messages(WS, storage::MessageFilter::default(), page(10)).await.unwrap().items.len(), 1);
    let again = Script { messages: vec![message(recent + 1, MessageStatus::Queued)], ..Script::default() };
    applied(store.step(vec![event(3, Target::Contact(contact), &again)]).await.unwrap().remove(0));
}

/// The page that tells administrators how; what it says is what is tested.
const PAGE: &str = include_str!("../../../docs/postgresql.md");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_leaves_every_table_by_the_statements_of_the_page_and_work_goes_on() {
    let database = database().unwrap();
    let store = open(database.url(), decider()).await;
    let now: u128 = database.psql("SELECT (extract(epoch FROM now()) * 1000)::int8").unwrap().parse().unwrap();
    let month = database.psql("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')").unwrap();
    let recent = (now << 80) | 7;
    let script = Script {
        link: vec![phone(1)],
        messages: vec![message(recent, MessageStatus::Queued), message(50, MessageStatus::Read)],
        ..Script::default()
    };
    let contact = applied(store.step(vec![keyed(event(1, to_phone(1), &script), "key")]).await.unwrap().remove(0)).contact;

    let statements: Vec<String> =
        PAGE.lines().filter(|line| line.starts_with("ALTER TABLE ")).map(|line| line.replace("2026_01", &month)).collect();
    let parted = database.psql("SELECT string_agg(partrelid::regclass::text, ' ' ORDER BY 1) FROM pg_partitioned_table").unwrap();
    let mut named: Vec<&str> = statements.iter().filter_map(|line| line.split_whitespace().nth(2)).collect();
    named.sort_unstable();
    assert_eq!(named.join(" "), parted.split(' ').collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" "));
    for statement in &statements {
        database.psql(&format!("SET lock_timeout = '2s'; {statement}")).unwrap();
    }

    // What left is kept apart, and is not shown.
    assert_eq!(database.psql(&format!("SELECT count(*) FROM message_{month}")).unwrap(), "1");
    assert_eq!(store.message(WS, MessageId::from_u128(recent)).await.unwrap(), None);
    assert_eq!(store.messages(WS, storage::MessageFilter::default(), page(10)).await.unwrap().items.len(), 1);
    // The contact, its key and its next steps are as before, on this node and on one that starts now.
    assert_eq!(store.find_contact(WS, &[phone(1)]).await.unwrap(), Some(contact));
    let replayed = keyed(event(1, to_phone(1), &script), "key");
    assert!(matches!(store.step(vec![replayed]).await.unwrap()[0], StepOutcome::Duplicate { .. }));
    let later = open(database.url(), decider()).await;
    for (n, node) in [(2, &store), (3, &later)] {
        let new = Script { messages: vec![message(recent + n, MessageStatus::Queued)], ..Script::default() };
        applied(node.step(vec![event(n, Target::Contact(contact), &new)]).await.unwrap().remove(0));
        assert!(store.message(WS, MessageId::from_u128(recent + n)).await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_character_that_postgresql_cannot_hold_harms_nobody() {
    let database = database().unwrap();
    let store = open(database.url(), decider()).await;
    let address = AddressKey { value: "a\0b".to_owned(), ..phone(1) };
    let script = Script { link: vec![address.clone()], profile: Some(profile("Zero\0", "zero\0")), ..Script::default() };
    let signal = keyed(event(1, Target::Addresses { keys: vec![address.clone()], create: true }, &script), "key\0");
    let contact = applied(store.step(vec![signal.clone()]).await.unwrap().remove(0)).contact;
    assert!(matches!(store.step(vec![signal]).await.unwrap()[0], StepOutcome::Duplicate { .. }));
    assert_eq!(store.find_contact(WS, &[address]).await.unwrap(), Some(contact));
    let filter = ContactFilter { search: Some("zero\0".to_owned()), address: None };
    assert_eq!(store.contacts(WS, filter, page(10)).await.unwrap().items.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_are_the_same_before_and_after_they_are_folded() {
    let database = database().unwrap();
    let store = open(database.url(), decider()).await;
    let count = model::change::CounterDelta { scope: "s".to_owned(), key: "k".to_owned(), name: "n".to_owned(), by: 2 };
    let script = Script { counters: vec![count], ..Script::default() };
    for n in 1..=5 {
        applied(store.step(vec![event(n, to_phone(1), &script)]).await.unwrap().remove(0));
        assert_eq!(store.counters(WS, "s").await.unwrap()[0].value, 2 * n as i64);
    }
    for _ in 0..200 {
        if database.psql("SELECT count(*) FROM counter_delta").unwrap() == "0" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(database.psql("SELECT value FROM counter; SELECT count(*) FROM counter_delta").unwrap(), "10\n0");
    assert_eq!(store.counters(WS, "s").await.unwrap()[0].value, 10);
}
