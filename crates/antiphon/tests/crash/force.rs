//! What an operator does to a server: starts it twice, stops it, kills it, copies it while it works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http_client::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::http::Client;
use crate::process::{Server, now, run};
use crate::setup;

/// A server that was killed is up again within this time. Measured values are far below; the machine of a test may be busy.
const UP_AGAIN: Duration = Duration::from_secs(8);
/// An ordinary stop takes no longer: requests are given ten seconds to finish.
const STOPPED: Duration = Duration::from_secs(15);

pub fn event(n: usize) -> Value {
    json!({ "name": "visit_booked", "event_id": format!("e{n}"), "contact": { "phone": format!("+1202555{n:04}") }, "properties": { "visit": format!("V-{n:05}") } })
}

/// Whether the server knows the person of this event.
pub async fn knows(api: &Client, n: usize) -> bool {
    let found = api.get(&format!("/v1/contacts?address=phone:%2B1202555{n:04}")).await;
    found["items"].as_array().is_some_and(|items| !items.is_empty())
}

/// Clients that post events until they are told to stop or the server is gone. Answers which events were accepted.
fn load(api: &Client, stop: &Arc<AtomicBool>) -> JoinSet<Vec<usize>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..6 {
        let (api, next, stop) = (api.clone(), Arc::clone(&next), Arc::clone(stop));
        clients.spawn(async move {
            let mut accepted = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= 9_000 {
                    break;
                }
                match api.once(Method::POST, "/v1/events", Some(&event(n))).await {
                    Ok((_, (202, _))) => accepted.push(n),
                    Ok((_, (status, answer))) => panic!("event {n} was answered with {status}: {answer}"),
                    Err(_) => break,
                }
            }
            accepted
        });
    }
    clients
}

async fn accepted(mut clients: JoinSet<Vec<usize>>) -> Vec<usize> {
    let mut all = Vec::new();
    while let Some(mine) = clients.join_next().await {
        all.extend(mine.expect("a client"));
    }
    all
}

#[tokio::test]
async fn second_server_on_the_same_data_folder_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, _) = Server::start(&folder.path().join("data"), &[]).await;
    let second = run(&["serve", "--listen", "127.0.0.1:0", "--data", &server.data.to_string_lossy()]);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains(&format!("is in use by process {}", server.id())), "{said}");
    let (status, _) = server.client().patiently(Method::GET, "/readyz", None).await.0;
    assert_eq!(status, 200, "the first server goes on");
}

#[tokio::test]
async fn polite_stop_finishes_open_requests_and_loses_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut server, link) = Server::start(&folder.path().join("data"), &[]).await;
    let api = setup::key(&server.client(), &link).await;
    let clients = load(&api, &Arc::default());
    tokio::time::sleep(Duration::from_millis(700)).await;
    let began = now();
    let status = server.stop().await;
    assert!(status.success(), "it ended with {status}:\n{}", server.log());
    assert!(now() - began < STOPPED, "it took {:?}", now() - began);
    let accepted = accepted(clients).await;
    assert!(!accepted.is_empty(), "nothing was under way");
    server.up().await;
    for n in accepted {
        assert!(knows(&api, n).await, "event {n} was accepted and is gone");
    }
}

#[tokio::test]
async fn killed_server_is_up_again_within_seconds_with_everything_it_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut server, link) = Server::start(&folder.path().join("data"), &[]).await;
    let api = setup::key(&server.client(), &link).await;
    let clients = load(&api, &Arc::default());
    tokio::time::sleep(Duration::from_millis(700)).await;
    server.kill();
    let accepted = accepted(clients).await;
    server.up().await;
    assert!(server.start_took < UP_AGAIN, "it took {:?}", server.start_took);
    assert!(!accepted.is_empty(), "nothing was under way");
    for n in accepted {
        assert!(knows(&api, n).await, "event {n} was accepted and is gone");
    }
}

#[tokio::test]
async fn backup_under_load_is_a_store_that_starts_and_verifies() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, link) = Server::start(&folder.path().join("data"), &[]).await;
    let api = setup::key(&server.client(), &link).await;
    let before = api.post("/v1/events", event(9_500)).await;
    crate::ledger::agree(&api, &before).await;
    let stop = Arc::default();
    let clients = load(&api, &stop);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let copy = folder.path().join("copy");
    std::fs::create_dir(&copy).expect("a folder for the copy");
    let to = copy.join("antiphon.db");
    let (data, target) = (server.data.to_string_lossy().into_owned(), to.to_string_lossy().into_owned());
    let done = tokio::task::spawn_blocking(move || run(&["backup", "--data", &data, "--to", &target])).await.expect("the backup");
    stop.store(true, Ordering::Relaxed);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(!accepted(clients).await.is_empty(), "nothing was under way");
    let verified = run(&["verify", "--data", &copy.to_string_lossy()]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let (second, link) = Server::start(&copy, &["--sign-in-link"]).await;
    let restored = setup::key(&second.client(), &link).await;
    assert!(knows(&restored, 9_500).await, "what was there before the backup is in it");
}
