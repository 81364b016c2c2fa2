//! Several nodes of the whole product on one database: one sets it up, all have one media folder, and a polite stop frees everything.

use std::path::Path;
use std::sync::Arc;

use antiphon::app::{App, NodeChoice, Parts};
use antiphon::first_start::{Beginning, first_start};
use antiphon::media_folder;
use http_client::{Guard, RouterTransport};
use runtime::{SettleTimes, SystemClock};

async fn node(name: &str, url: &str, data: &Path, media: &Path) -> App {
    let parts = Parts {
        data: data.to_owned(),
        address: Some(url.parse().expect("an address")),
        media: Some(media.to_owned()),
        bucket: None,
        node: NodeChoice { name: name.to_owned(), ..NodeChoice::default() },
        public_url: "https://antiphon.example.com".to_owned(),
        demo: false,
        clock: Arc::new(SystemClock),
        transport: Arc::new(RouterTransport::new()),
        guard: Guard::public_only(),
        names: None,
        seed: None,
        speed: Box::new(|| 1.0),
        store: storage_sqlite::Options::default(),
    };
    App::build(parts).await.expect("a node")
}

fn id(app: &App) -> &str {
    &app.engine.node().options().id
}

/// How many leases a node holds.
async fn held(app: &App, holder: &str) -> usize {
    let leases = app.engine.store().leases().await.expect("the leases are read");
    leases.iter().filter(|lease| lease.holder.as_deref() == Some(holder)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_nodes_that_start_at_once_on_an_empty_database_one_sets_it_up() {
    let database = postgres_server::database().expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let start = async |name| node(name, database.url(), folder.path(), folder.path()).await;
    let (a, b, c) = tokio::join!(start("a"), start("b"), start("c"));
    let beginning = Beginning { workspace: "Example clinic", owner_email: "owner@example.com" };
    let made = tokio::join!(first_start(&a, &beginning), first_start(&b, &beginning), first_start(&c, &beginning));
    let made = [made.0, made.1, made.2].map(|one| one.expect("nobody fails"));
    assert_eq!(made.iter().flatten().count(), 1, "{made:?}");
    assert_eq!(c.engine.store().workspaces().await.expect("workspaces").len(), 1);
    assert_eq!(held(&a, id(&a)).await + held(&a, id(&b)).await + held(&a, id(&c)).await, 0, "the turn is given back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_share_one_media_folder_or_do_not_start() {
    let database = postgres_server::database().expect("a database");
    let (data, shared, other) = (tempfile::tempdir().expect("a"), tempfile::tempdir().expect("b"), tempfile::tempdir().expect("c"));
    let app = node("a", database.url(), data.path(), shared.path()).await;
    let check = async |folder: &Path, adopt| media_folder::check(&app, folder, adopt).await;
    check(shared.path(), false).await.expect("nothing to compare before there is a workspace");
    first_start(&app, &Beginning { workspace: "Example clinic", owner_email: "owner@example.com" }).await.expect("a workspace");
    check(shared.path(), false).await.expect("the first folder is the one");
    check(shared.path(), false).await.expect("and stays it");
    let refused = check(other.path(), false).await.expect_err("another folder").to_string();
    assert!(refused.contains("is not the media folder that the other nodes of this store use"), "{refused}");
    check(other.path(), true).await.expect("its place can be taken");
    check(shared.path(), false).await.expect_err("then the old one is the wrong one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_polite_stop_frees_what_a_node_did() {
    let database = postgres_server::database().expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let app = node("a", database.url(), folder.path(), folder.path()).await;
    let running = app.start(SettleTimes::default());
    let me = id(&app).to_owned();
    // Its first beat comes at once; the bound is for a machine that is very busy.
    for _ in 0..600 {
        if held(&app, &me).await > 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(held(&app, &me).await, 1 + runtime::Duty::FIXED.len(), "its place, and every duty, because it is the only node");
    running.stop().await;
    assert_eq!(held(&app, &me).await, 0);
}
