//! Several nodes on one database, and connections that break.

mod common;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::open;
use model::signal::{Signal, Target};
use model::{Channel, ContactId, Message, MessageId, MessageStatus, SignalId};
use postgres_server::{Database, Server, Settings as ServerSettings, database};
use storage::{Listener, Notice, Sharing, StepOutcome, StorageErrorKind, Store};
use storage_postgres::{PostgresStore, Settings};
use storage_tests::make::{WS, applied, at, event, keyed, message, phone, plain, receipt, to_phone};
use storage_tests::{Script, ScriptedDecider, Trace};

const KILL: &str = "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()) AS killed";

async fn node(database: &Database) -> Arc<PostgresStore> {
    Arc::new(open(database.url(), Arc::new(ScriptedDecider::default())).await)
}

fn link(n: u128, phone_number: u32) -> Signal {
    event(n, to_phone(phone_number), &Script { link: vec![phone(phone_number)], ..Script::default() })
}

async fn trace(store: &dyn Store, contact: ContactId) -> Vec<SignalId> {
    Trace::read(&store.contact_state(WS, contact).await.unwrap().unwrap()).seen
}

/// Waits for something that comes soon; fails when it does not.
async fn soon<F: Future<Output = bool>>(what: &str, mut there: impl FnMut() -> F) {
    for _ in 0..300 {
        if there().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} does not come");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_connections_lose_and_double_nothing_without_any_key() {
    const CONTACTS: u32 = 8;
    let database = Arc::new(database().unwrap());
    let store = node(&database).await;
    for n in 1..=CONTACTS {
        applied(store.step(vec![link(u128::from(n), n)]).await.unwrap().remove(0));
    }
    let (stop, work) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let killer = tokio::task::spawn_blocking({
        let (database, stop, work) = (Arc::clone(&database), Arc::clone(&stop), Arc::clone(&work));
        move || {
            let mut killed = 0;
            // Until enough was answered in between, which takes a busy machine longer.
            for round in 0..1_000 {
                if round >= 40 && work.load(Ordering::SeqCst) > 40 {
                    break;
                }
                killed += database.psql(KILL).unwrap().parse::<u64>().unwrap();
            }
            stop.store(true, Ordering::SeqCst);
            killed
        }
    });
    let serial = Arc::new(AtomicU64::new(1_000));
    let callers: Vec<_> = (0..CONTACTS)
        .map(|n| {
            let (store, stop, serial, work) = (Arc::clone(&store), Arc::clone(&stop), Arc::clone(&serial), Arc::clone(&work));
            tokio::spawn(async move {
                let contact = ContactId::from_u128(u128::from(n) + 1);
                let (mut done, mut failed) = (Vec::new(), 0);
                while !stop.load(Ordering::SeqCst) {
                    let id = u128::from(serial.fetch_add(1, Ordering::SeqCst));
                    match store.step(vec![plain(id, Target::Contact(contact))]).await {
                        Ok(outcomes) => {
                            applied(outcomes[0].clone());
                            done.push(SignalId::from_u128(id));
                            work.fetch_add(1, Ordering::SeqCst);
                        }
                        Err(error) => {
                            assert_eq!(error.kind, StorageErrorKind::Unavailable, "{error}");
                            failed += 1;
                        }
                    }
                }
                (contact, done, failed)
            })
        })
        .collect();
    let killed = killer.await.unwrap();
    let (mut answered, mut failed) = (0, 0);
    for caller in callers {
        let (contact, done, unanswered) = caller.await.unwrap();
        let seen = trace(&*store, contact).await;
        let once: BTreeSet<SignalId> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "nothing is applied twice");
        assert!(done.iter().all(|id| once.contains(id)), "what was answered is there");
        assert!(done.is_sorted_by_key(|id| seen.iter().position(|other| other == id)), "in the order of the answers");
        assert!(seen.len() <= 1 + done.len() + unanswered, "nothing else is there");
        answered += done.len();
        failed += unanswered;
    }
    assert!(killed >= 40, "connections were killed: {killed}");
    assert!(answered > 40, "work went on: {answered} answered, {failed} failed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_meet_a_new_person_at_once_make_one_contact() {
    const PEOPLE: u32 = 60;
    let database = database().unwrap();
    let nodes = [node(&database).await, node(&database).await];
    let tasks: Vec<_> = nodes
        .iter()
        .enumerate()
        .map(|(which, store)| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                let mut outcomes = Vec::new();
                for n in 1..=PEOPLE {
                    let id = u128::from(n) * 10 + which as u128;
                    // The second signal of both nodes is the same event, delivered twice.
                    let event = keyed(plain(100_000 + id, to_phone(n)), &format!("event {n}"));
                    outcomes.push((n, store.step(vec![link(id, n), event]).await.unwrap()));
                }
                outcomes
            })
        })
        .collect();
    let mut fresh = 0;
    for task in tasks {
        for (_, outcomes) in task.await.unwrap() {
            applied(outcomes[0].clone());
            fresh += usize::from(matches!(outcomes[1], StepOutcome::Applied(_)));
            assert!(matches!(outcomes[1], StepOutcome::Applied(_) | StepOutcome::Duplicate { same: true, .. }), "{outcomes:?}");
        }
    }
    assert_eq!(fresh, PEOPLE as usize);
    assert_eq!(nodes[0].stats().await.unwrap().contacts, u64::from(PEOPLE));
    for n in 1..=PEOPLE {
        let contact = nodes[1].find_contact(WS, &[phone(n)]).await.unwrap().unwrap();
        assert_eq!(trace(&*nodes[0], contact).await.len(), 3, "both nodes' signals, and the event once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_of_two_nodes_on_the_same_contacts_lose_nothing() {
    let database = database().unwrap();
    let nodes = [node(&database).await, node(&database).await];
    let people: Vec<u32> = (1..=6).collect();
    nodes[0].step(people.iter().map(|n| link(u128::from(*n), *n)).collect()).await.unwrap();
    let tasks: Vec<_> = (0..16u128)
        .map(|task| {
            let (store, people) = (Arc::clone(&nodes[task as usize % 2]), people.clone());
            tokio::spawn(async move {
                for round in 0..10u128 {
                    // All of them, in an order of its own: locks are taken in one order all the same.
                    let mut signals: Vec<Signal> = people
                        .iter()
                        .map(|n| {
                            plain(1_000 + task * 1_000 + round * 10 + u128::from(*n), Target::Contact(ContactId::from_u128(u128::from(*n))))
                        })
                        .collect();
                    signals.rotate_left((task as usize + round as usize) % people.len());
                    for outcome in store.step(signals).await.unwrap() {
                        applied(outcome);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for n in people {
        let seen = trace(&*nodes[0], ContactId::from_u128(u128::from(n))).await;
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 1 + 16 * 10);
        assert_eq!(seen.len(), 1 + 16 * 10);
    }
}

#[derive(Default)]
struct Ear(Mutex<Notice>);

impl Listener for Ear {
    fn notice(&self, notice: Notice) {
        self.0.lock().unwrap().merge(notice);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_commits_another_hears_and_a_broken_ear_heals() {
    let database = database().unwrap();
    let (speaker, hearer) = (node(&database).await, node(&database).await);
    let (own, other) = (Arc::new(Ear::default()), Arc::new(Ear::default()));
    speaker.listen(own.clone());
    hearer.listen(other.clone());
    soon("hearing", || async { hearer.sharing() == Sharing::Notified && speaker.sharing() == Sharing::Notified }).await;
    let queued = Script { messages: vec![message(50, MessageStatus::Queued)], next_wake: Some(at(9)), ..Script::default() };
    let contact = applied(speaker.step(vec![event(1, to_phone(1), &queued)]).await.unwrap().remove(0)).contact;
    soon("a notice", || async { other.0.lock().unwrap().queued }).await;
    let heard = other.0.lock().unwrap().clone();
    assert_eq!((heard.wake, heard.contacts[&WS].contains_key(&contact)), (Some(at(9)), true));
    assert!(own.0.lock().unwrap().is_empty(), "a node does not tell itself");
    database.psql(KILL).unwrap();
    soon("the end of hearing", || async { other.0.lock().unwrap().lost }).await;
    soon("hearing again", || async { hearer.sharing() == Sharing::Notified }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_that_was_kept_while_its_message_was_committed_is_applied_all_the_same() {
    let database = database().unwrap();
    let store = node(&database).await;
    let contact = applied(store.step(vec![link(1, 1)]).await.unwrap().remove(0)).contact;
    assert_eq!(store.step(vec![receipt(2, "wamid.1", MessageStatus::Delivered)]).await.unwrap(), [StepOutcome::Unresolved { kept: true }]);
    // As when the transaction that keeps it ends only after the one that records the message has looked.
    database.psql("CREATE TABLE aside AS SELECT * FROM orphan; DELETE FROM orphan").unwrap();
    let sent = Message { provider_id: Some("wamid.1".to_owned()), channel: Channel::Whatsapp, ..message(50, MessageStatus::Accepted) };
    let script = Script { messages: vec![sent], ..Script::default() };
    applied(store.step(vec![event(3, Target::Contact(contact), &script)]).await.unwrap().remove(0));
    database.psql("INSERT INTO orphan SELECT * FROM aside").unwrap();
    let status = || async { store.message(WS, MessageId::from_u128(50)).await.unwrap().unwrap().status == MessageStatus::Delivered };
    soon("the status", status).await;
    assert_eq!(store.stats().await.unwrap().unresolved, 0);
    assert_eq!(trace(&*store, contact).await, [1, 3, 2].map(SignalId::from_u128));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_died_is_unavailable_and_has_everything_when_it_is_back() {
    let mut server = Server::start(&ServerSettings::durable().with("shared_buffers", "32MB")).unwrap();
    let url = server.create_database("kept").unwrap();
    let store = open(&url, Arc::new(ScriptedDecider::default())).await;
    let contact = applied(store.step(vec![link(1, 1)]).await.unwrap().remove(0)).contact;
    server.crash();
    let error = store.step(vec![plain(2, Target::Contact(contact))]).await.unwrap_err();
    assert_eq!(error.kind, StorageErrorKind::Unavailable);
    assert_eq!(store.contact_state(WS, contact).await.unwrap_err().kind, StorageErrorKind::Unavailable);
    server.start_again().unwrap();
    applied(store.step(vec![plain(3, Target::Contact(contact))]).await.unwrap().remove(0));
    assert_eq!(trace(&store, contact).await, [1, 3].map(SignalId::from_u128));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_reads_only_writes_nothing() {
    let database = database().unwrap();
    let settings = || Settings::parse(database.url()).unwrap();
    let error = PostgresStore::open_read_only(settings()).await.err().unwrap();
    assert_eq!(error.kind, StorageErrorKind::Incompatible);
    let store = node(&database).await;
    let contact = applied(store.step(vec![link(1, 1)]).await.unwrap().remove(0)).contact;
    let reader = PostgresStore::open_read_only(settings()).await.unwrap();
    assert_eq!(reader.find_contact(WS, &[phone(1)]).await.unwrap(), Some(contact));
    assert_eq!(reader.step(vec![link(2, 2)]).await.unwrap_err().kind, StorageErrorKind::Invalid);
    assert_eq!(reader.claim_leases("me", &[storage::LeaseClaim::free("x")]).await.unwrap_err().kind, StorageErrorKind::Invalid);
}
