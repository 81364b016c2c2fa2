//! The consent ledger after somebody has been at the file.

use serde_json::{Value, json};

use crate::force::event;
use crate::http::Client;
use crate::process::{Server, run};
use crate::setup;

/// Stands in the ledger and nowhere else in this form.
const SOURCE: &str = "form:crash-test-newsletter";

/// The person of an accepted event agrees to promotions.
pub async fn agree(api: &Client, accepted: &Value) {
    let contact = accepted["contact_id"].as_str().expect("the contact");
    let view = api.get(&format!("/v1/contacts/{contact}")).await;
    let phone = view["addresses"].as_array().into_iter().flatten().find_map(|address| {
        let key = if address["key"].is_object() { &address["key"] } else { address };
        (key["kind"] == "phone").then(|| key["value"].clone())
    });
    let consent = json!({ "address": { "kind": "phone", "value": phone.expect("a phone") }, "channel": "whatsapp",
        "purpose": "promotional", "state": "opted_in", "source": SOURCE, "act": "form_submitted" });
    api.post(&format!("/v1/contacts/{contact}/consent"), consent).await;
}

#[tokio::test]
async fn one_flipped_byte_of_the_ledger_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut server, link) = Server::start(&folder.path().join("data"), &[]).await;
    let api = setup::key(&server.client(), &link).await;
    let accepted = api.post("/v1/events", event(1)).await;
    agree(&api, &accepted).await;
    assert!(server.stop().await.success());
    let copy = folder.path().join("copy.db");
    let (data, to) = (server.data.to_string_lossy().into_owned(), copy.to_string_lossy().into_owned());
    assert!(run(&["backup", "--data", &data, "--to", &to]).status.success());
    let whole = std::fs::read(&copy).expect("the copy");
    assert!(run(&["verify", "--data", &to]).status.success(), "the copy holds");

    // The same words stand in the signal log too: the ledger's row is the one with a hash behind them.
    let text = format!("\"source\":\"{SOURCE}\"");
    let places: Vec<usize> =
        whole.windows(text.len()).enumerate().filter(|(_, bytes)| *bytes == text.as_bytes()).map(|(at, _)| at).collect();
    let in_ledger = |at: &&usize| whole[**at..(**at + 800).min(whole.len())].windows(11).any(|bytes| bytes == b"\"prev_hash\"");
    let at = places.iter().find(in_ledger).expect("the entry in the file");
    let mut flipped = whole.clone();
    flipped[at + text.len() - 2] ^= 1;
    std::fs::write(&copy, flipped).expect("the copy can be written");

    let found = run(&["verify", "--json", "--data", &to]);
    assert_eq!(found.status.code(), Some(1), "{}", String::from_utf8_lossy(&found.stderr));
    let said: Value = serde_json::from_slice(&found.stdout).expect("a report");
    let fault = said["faults"][0].as_str().unwrap_or_default();
    assert!(fault.contains("breaks at entry 1") && fault.contains(accepted["contact_id"].as_str().unwrap_or("?")), "{said}");
}
