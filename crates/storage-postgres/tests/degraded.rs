//! Servers that lack what PostgreSQL has: nodes look where they cannot hear, and duties are rows.

mod common;
#[path = "common/lacking.rs"]
mod lacking;

use std::sync::Arc;
use std::time::Duration;

use common::open;
use lacking::Lacking;
use model::signal::Target;
use model::{MessageStatus, SignalId};
use postgres_server::database;
use storage::{LeaseClaim, Listener, Notice, Sharing, Store};
use storage_postgres::PostgresStore;
use storage_tests::make::{WS, applied, at, event, message, phone, plain, to_phone};
use storage_tests::{Script, ScriptedDecider, Trace};

struct Deaf;

impl Listener for Deaf {
    fn notice(&self, notice: Notice) {
        panic!("nothing can be heard: {notice:?}");
    }
}

async fn node(url: &str) -> Arc<PostgresStore> {
    let store = Arc::new(open(url, Arc::new(ScriptedDecider::default())).await);
    store.listen(Arc::new(Deaf));
    store
}

async fn until(what: &str, there: impl Fn() -> bool) {
    for _ in 0..300 {
        if there() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} does not come");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_listen_and_advisory_locks_two_nodes_look_and_share_their_duties_by_rows() {
    let database = database().unwrap();
    let server = Lacking::before(database.url()).await;
    let (one, other) = (node(server.url()).await, node(server.url()).await);
    until("the refusal to listen", || server.met()[0] >= 2).await;

    // What one commits, the other finds by looking; that nobody can be told fails no step, and is not tried for ever.
    let queued =
        Script { link: vec![phone(1)], messages: vec![message(50, MessageStatus::Queued)], next_wake: Some(at(9)), ..Script::default() };
    let contact = applied(one.step(vec![event(1, to_phone(1), &queued)]).await.unwrap().remove(0)).contact;
    until("the refusal to notify", || server.met()[1] == 1).await;
    assert_eq!(other.queue_heads().await.unwrap().len(), 1);
    assert_eq!(other.due(at(9), 10).await.unwrap(), [(WS, contact, at(9))]);
    for n in 2..=9 {
        let node = if n % 2 == 0 { &other } else { &one };
        applied(node.step(vec![plain(n, Target::Contact(contact))]).await.unwrap().remove(0));
    }
    let seen = Trace::read(&one.contact_state(WS, contact).await.unwrap().unwrap()).seen;
    assert_eq!(seen, (1..=9).map(SignalId::from_u128).collect::<Vec<_>>());

    // A duty is one node's until that node gives it back, and its fence grows.
    let mine = one.claim_leases("one", &[LeaseClaim::free("router")]).await.unwrap();
    assert_eq!(mine[0].holder.as_deref(), Some("one"));
    let theirs = other.claim_leases("other", &[LeaseClaim::free("router")]).await.unwrap();
    assert!(theirs.iter().all(|lease| lease.holder.as_deref() != Some("other")), "{theirs:?}");
    one.release_leases("one", &["router".to_owned()]).await.unwrap();
    let moved = other.claim_leases("other", &[LeaseClaim::free("router")]).await.unwrap();
    assert!(moved[0].holder.as_deref() == Some("other") && moved[0].fence > mine[0].fence, "{moved:?}");

    assert_eq!((one.sharing(), other.sharing()), (Sharing::Polled, Sharing::Polled));
    let [_, notified, advisory] = server.met();
    assert!(notified <= 2, "each node asks once: {notified}");
    assert_eq!(advisory, 0, "advisory locks are never used");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_listen_off_a_node_does_not_try_to_hear_and_looks() {
    let database = database().unwrap();
    let server = Lacking::before(database.url()).await;
    let deaf = node(&format!("{}?listen=off", server.url())).await;
    let hearing = node(server.url()).await;
    until("the other's attempt", || server.met()[0] >= 1).await;
    // The one that may not hear has not tried; the other was refused, and both look.
    assert_eq!(server.met()[0], 1);
    assert_eq!((deaf.sharing(), hearing.sharing()), (Sharing::Polled, Sharing::Polled));
}
