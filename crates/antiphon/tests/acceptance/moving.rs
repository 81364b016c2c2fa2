//! A workspace that moves to another store goes on as if nothing had been.

use std::path::Path;

use antiphon::command::migrate::Migrate;
use antiphon::command::{Exit, Output};
use antiphon::store::database;
use clap::Parser;
use model::Millis;
use serde_json::json;
use simulator::Line;

use crate::common::{Bench, says};

const PHONE: &str = "+12025550123";

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    migrate: Migrate,
}

fn from_to(from: &Path, to: &str) -> Migrate {
    Cli::parse_from(["migrate", "--from", &file_in(from), "--to", to]).migrate
}

fn file_in(folder: &Path) -> String {
    format!("sqlite:{}", database(folder).display())
}

const JOURNEY: &str = r#"
journey: table
owner: front_desk
purpose: transactional
entry: { on: table_booked, key: event.id }
goal: { none: "a test of moving" }
start: tell
steps:
  tell: { send: { sms: { text: "Your table is booked." }, max_lateness: 2h, fallback: { any: done } }, next: wait }
  wait: { delay: { for: 3h }, next: remind }
  remind: { send: { sms: { text: "See you soon." }, max_lateness: 2h, fallback: { any: done } }, next: done }
  done: { end: done }
"#;

#[tokio::test]
async fn a_moved_workspace_goes_on_with_its_runs_keys_and_people() {
    let new = tempfile::tempdir().expect("a folder");
    let address = file_in(new.path());
    Box::pin(moves_to(&address)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_that_moved_to_postgresql_goes_on_with_its_runs_keys_and_people() {
    let database = postgres_server::database().expect("a database");
    Box::pin(moves_to(database.url())).await;
}

async fn moves_to(address: &str) {
    let mut bench = Bench::new().await;
    bench.publish(JOURNEY).await;
    let contact = bench.event("table_booked", PHONE, json!({ "id": "T-1" })).await;
    bench.settle().await;
    bench.types(PHONE, Line::Sms, "Is there parking?");
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)), ["Your table is booked."]);
    let (messages, before) = (bench.sent("").await, bench.timeline(&contact).await);
    let mut bench = bench
        .away(Millis::from_hours(1), async |old| {
            let out = Output { json: false };
            assert_eq!(from_to(old.path(), address).run(out).await.expect("the move"), Exit::Done);
            // Once more is refused: it was moved away.
            let again = from_to(old.path(), address).run(out).await.expect_err("a second move");
            assert!(again.to_string().contains("moved to"), "{again:#}");
            (tempfile::tempdir().expect("a folder"), Some(address.parse().expect("an address")))
        })
        .await;
    assert_eq!(bench.sent("").await, messages);
    assert_eq!(bench.timeline(&contact).await, before);
    // The API key is known, the event's key too, and the run's timer fires at its time.
    assert_eq!(bench.event("table_booked", PHONE, json!({ "id": "T-1" })).await, contact);
    bench.advance(Millis::from_hours(2)).await;
    assert_eq!(says(&bench.phone(PHONE)), ["Your table is booked.", "See you soon."]);
    let consent = bench.get(&format!("/v1/contacts/{contact}/consent")).await;
    assert_eq!(consent["chain"]["ok"], true);
    assert!(bench.conversation(&contact).await["id"].is_string());
}
