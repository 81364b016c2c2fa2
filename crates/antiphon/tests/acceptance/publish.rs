//! A folder on a server: its templates, its forms and its journey, and the same again.

use std::path::Path;
use std::sync::Arc;

use antiphon::command::publish::{Server, publish};
use antiphon::command::{Exit, Output};
use antiphon::stage::{PUBLIC_URL, WHATSAPP};
use http_client::RouterTransport;
use serde_json::{Value, json};

use crate::common::{Bench, text};

const GALLERY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../gallery/lead-capture");

fn server(bench: &Bench) -> Server {
    let transport = RouterTransport::new().host("antiphon.example.com", bench.stage.router.clone());
    Server::over(Arc::new(transport), PUBLIC_URL, bench.key())
}

/// A server with the queue that the journey hands over to.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    bench.console("PUT", "/v1/queues/sales", json!({ "name": "Sales" })).await.expect_status(200);
    bench
}

async fn put(bench: &Bench, path: &Path, sender: Option<&str>) -> anyhow::Result<Exit> {
    publish(&server(bench), path, sender, Output { json: true }).await
}

/// What the provider was asked to make or change.
fn asked(bench: &Bench) -> usize {
    bench
        .stage
        .simulator
        .with(|world| world.journal().iter().filter(|exchange| exchange.method == "POST" && exchange.target.contains("flow")).count())
}

async fn items(bench: &Bench, path: &str) -> Vec<Value> {
    bench.get(path).await["items"].as_array().cloned().expect("a list")
}

/// A copy that a test may change.
fn copy() -> tempfile::TempDir {
    let to = tempfile::tempdir().expect("a folder");
    for folder in ["forms", "templates"] {
        std::fs::create_dir_all(to.path().join(folder)).expect("a folder");
        for file in std::fs::read_dir(Path::new(GALLERY).join(folder)).expect("a folder") {
            let file = file.expect("a file").path();
            std::fs::copy(&file, to.path().join(folder).join(file.file_name().expect("a name"))).expect("a copy");
        }
    }
    std::fs::copy(Path::new(GALLERY).join("journey.yaml"), to.path().join("journey.yaml")).expect("a copy");
    to
}

#[tokio::test]
async fn a_folder_is_published_whole_and_again_without_a_change() {
    let bench = bench().await;
    let folder = copy();
    let folder = folder.path();
    assert!(matches!(put(&bench, folder, None).await.expect("an end"), Exit::Done));
    let forms = items(&bench, &format!("/v1/senders/{WHATSAPP}/forms")).await;
    assert_eq!((forms.len(), text(&forms[0]["name"])), (1, "lead_capture"));
    let before = (asked(&bench), items(&bench, "/v1/templates").await);
    assert!(before.0 > 0);
    assert!(matches!(put(&bench, folder, None).await.expect("an end"), Exit::Done));
    assert_eq!((asked(&bench), items(&bench, "/v1/templates").await), before, "nothing is made or changed a second time");
    assert_eq!(items(&bench, &format!("/v1/senders/{WHATSAPP}/forms")).await, forms);

    let file = folder.join("templates/lead_invitation.yaml");
    let written = std::fs::read_to_string(&file).expect("a template");
    let line = text(&before.1[0]["languages"]["en"]["body"]).lines().next().expect("a line").to_owned();
    assert!(written.contains(&line), "{line} in {written}");
    std::fs::write(&file, written.replace(&line, &format!("{line} Really."))).expect("a change");
    assert!(matches!(put(&bench, folder, None).await.expect("an end"), Exit::Done));
    let after = items(&bench, "/v1/templates").await;
    assert_eq!((after.len(), &after[0]["id"]), (before.1.len(), &before.1[0]["id"]));
    assert!(after[0].to_string().contains("Really."), "{:#}", after[0]);
}

#[tokio::test]
async fn a_form_that_is_refused_stops_the_journey_and_a_fault_is_found_before() {
    let bench = bench().await;
    let folder = copy();
    let folder = folder.path();
    let file = folder.join("forms/lead_capture.json");
    let written = std::fs::read_to_string(&file).expect("a form");
    // Only the provider knows that this is wrong.
    std::fs::write(&file, written.replace("\"version\"", "\"versoin\"")).expect("a change");
    assert!(matches!(put(&bench, folder, None).await.expect("an end"), Exit::No));
    std::fs::write(&file, written.replace("\"lead_capture\"", "\"Lead Capture\"")).expect("a change");
    let before = asked(&bench);
    assert!(matches!(put(&bench, folder, None).await.expect("an end"), Exit::No));
    assert_eq!(asked(&bench), before, "the provider is not asked for what can be known here");
    assert!(items(&bench, "/v1/journeys").await.is_empty());
}

#[tokio::test]
async fn with_two_numbers_the_one_that_forms_belong_to_is_named() {
    let bench = bench().await;
    let provider = json!({ "kind": "whatsapp_cloud", "phone_number_id": "106540352242923", "waba_id": "102290129340398",
        "access_token": "sim-token", "app_secret": "sim-app-secret", "verify_token": "a word" });
    let draft = json!({ "name": "Second", "address": "+12025550177", "per_second": 80, "provider": provider });
    let second = text(&bench.post("/v1/senders", draft).await.expect_status(201).json["id"]).to_owned();
    let error = put(&bench, Path::new(GALLERY), None).await.expect_err("two numbers").to_string();
    assert!(error.contains("--sender") && error.contains(&second) && error.contains(&WHATSAPP.to_string()), "{error}");
    assert!(matches!(put(&bench, Path::new(GALLERY), Some(&WHATSAPP.to_string())).await.expect("an end"), Exit::Done));
}
