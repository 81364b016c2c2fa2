//! The name that a provider gave a message stays with the first message that has it, whoever brings it again and from which node.

mod common;

use std::sync::Arc;

use common::open;
use model::signal::{Signal, Target};
use model::{ContactId, Message, MessageStatus};
use postgres_server::{Database, database};
use storage::{StepOutcome, Store};
use storage_postgres::PostgresStore;
use storage_tests::make::{applied, event, message, phone, receipt, to_phone};
use storage_tests::{Script, ScriptedDecider};

async fn node(database: &Database) -> PostgresStore {
    open(database.url(), Arc::new(ScriptedDecider::default())).await
}

async fn person(store: &PostgresStore, n: u32) -> ContactId {
    let script = Script { link: vec![phone(n)], ..Script::default() };
    applied(store.step(vec![event(u128::from(n), to_phone(n), &script)]).await.unwrap().remove(0)).contact
}

/// A step that makes a message of this number, which its provider has taken under this name.
fn sent(n: u128, contact: ContactId, name: &str) -> Signal {
    let message = Message { provider_id: Some(name.to_owned()), ..message(n, MessageStatus::Accepted) };
    event(n, Target::Contact(contact), &Script { messages: vec![message], ..Script::default() })
}

async fn only(store: &PostgresStore, signal: Signal) -> StepOutcome {
    store.step(vec![signal]).await.unwrap().remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_comes_again_stays_where_it_was_and_costs_nobody_a_step() {
    let database = database().unwrap();
    let store = node(&database).await;
    let (one, other) = (person(&store, 1).await, person(&store, 2).await);
    applied(only(&store, sent(100, one, "wamid.1")).await);
    // In one batch with a new name, which is written all the same.
    for outcome in store.step(vec![sent(101, other, "wamid.1"), sent(102, other, "wamid.2")]).await.unwrap() {
        assert_eq!(applied(outcome).contact, other);
    }
    assert_eq!(applied(only(&store, receipt(200, "wamid.1", MessageStatus::Delivered)).await).contact, one);
    assert_eq!(applied(only(&store, receipt(201, "wamid.2", MessageStatus::Delivered)).await).contact, other);
    assert_eq!(database.psql("SELECT count(*) FROM message").unwrap(), "3");
    assert_eq!(database.psql("SELECT count(*) FROM provider").unwrap(), "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_bring_one_name_at_once_leave_it_with_one_message() {
    const ROUNDS: u128 = 40;
    let database = database().unwrap();
    let nodes = [node(&database).await, node(&database).await];
    let people = [person(&nodes[0], 1).await, person(&nodes[1], 2).await];
    for round in 0..ROUNDS {
        let name = format!("wamid.{round}");
        let brought = [0, 1].map(|at| only(&nodes[at], sent(1_000 + 2 * round + at as u128, people[at], &name)));
        let [one, other] = brought;
        let (one, other) = tokio::join!(one, other);
        assert_eq!([applied(one).contact, applied(other).contact], people);
        // Both nodes mean the same message by it.
        let meant = applied(only(&nodes[0], receipt(5_000 + 2 * round, &name, MessageStatus::Delivered)).await).contact;
        let again = applied(only(&nodes[1], receipt(5_001 + 2 * round, &name, MessageStatus::Read)).await).contact;
        assert_eq!(meant, again);
    }
    assert_eq!(database.psql("SELECT count(*) FROM provider").unwrap(), ROUNDS.to_string());
    assert_eq!(database.psql("SELECT count(*) FROM message").unwrap(), (2 * ROUNDS).to_string());
}
