//! A full disk: clear refusals, nothing half stored, and on again as soon as there is room.

use std::path::{Path, PathBuf};
use std::process::Command;

use http_client::Method;
use serde_json::Value;

use crate::force::{event, knows};
use crate::http::Client;
use crate::process::Server;
use crate::setup;

/// Posts events until one is refused; answers which was, and with what.
async fn until_full(api: &Client) -> (usize, Value) {
    for n in 0..9_000 {
        let (_, (status, answer)) = api.once(Method::POST, "/v1/events", Some(&event(n))).await.expect("an answer");
        match status {
            202 => {}
            503 => return (n, answer),
            _ => panic!("event {n} was answered with {status}: {answer}"),
        }
    }
    panic!("the store never got full");
}

/// While it is full, what was accepted can be read and what was refused is not there.
async fn holds_what_it_took(api: &Client, refused: usize, answer: &Value) {
    assert_eq!(answer["code"], "unavailable", "{answer}");
    assert!(answer["detail"].as_str().is_some_and(|text| text.contains("nothing was changed")), "{answer}");
    for n in [0, refused / 2, refused - 1] {
        assert!(knows(api, n).await, "event {n} was accepted and is gone");
    }
    assert!(!knows(api, refused).await, "event {refused} was refused and is there");
}

/// With room again the same event is new, and is taken once.
async fn goes_on(api: &Client, refused: usize) {
    let taken = api.post("/v1/events", event(refused)).await;
    assert_eq!(taken["duplicate"], false, "the refused event left something: {taken}");
    let again = api.post("/v1/events", event(refused)).await;
    assert_eq!(again["duplicate"], true, "{again}");
    for n in 0..=refused {
        assert!(knows(api, n).await, "event {n} is gone");
    }
}

#[tokio::test]
async fn full_store_refuses_clearly_stores_nothing_half_and_recovers() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (mut server, link) = Server::start(&data, &["--max-pages", "320"]).await;
    let api = setup::key(&server.client(), &link).await;
    let (refused, answer) = until_full(&api).await;
    assert!(refused > 10, "room for {refused} events only");
    holds_what_it_took(&api, refused, &answer).await;
    assert!(server.log().contains("full"), "the log says why:\n{}", server.log());
    server.kill();
    server.allow("--max-pages", "100000");
    server.up().await;
    goes_on(&api, refused).await;
}

/// A file system of a few MiB. Only root can make one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).ok()?;
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"]).arg(at).output().ok()?;
        mounted.status.success().then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
async fn full_disk_refuses_clearly_and_recovers_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    // Without the right to mount, the limit of the store's own size above has shown the same.
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk")) else { return };
    let ballast = disk.0.join("ballast");
    std::fs::write(&ballast, vec![1; 3 * 1024 * 1024]).expect("ballast");
    let (server, link) = Server::start(&disk.0.join("data"), &[]).await;
    let api = setup::key(&server.client(), &link).await;
    let (refused, answer) = until_full(&api).await;
    assert!(refused > 10, "room for {refused} events only");
    holds_what_it_took(&api, refused, &answer).await;
    std::fs::remove_file(&ballast).expect("room");
    goes_on(&api, refused).await;
    drop(server);
}
