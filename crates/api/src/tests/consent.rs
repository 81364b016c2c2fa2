//! Consent and its proof.

use model::Millis;
use serde_json::json;

use crate::testing::TestApp;

const TEXT: &str = "I agree to get offers from Demo clinic on WhatsApp. I can stop at any time by writing STOP.";

/// A66: a phone number and a date in; the exact text, its version, act, time, network address and chain proof out.
#[tokio::test]
async fn a66_evidence_has_the_exact_words_and_the_proof() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await;
    let wording = json!({ "capture_point": "newsletter-form", "version": "2026-11", "language": "en", "text": TEXT });
    let made = app.post("/v1/wordings", wording.clone()).await;
    assert_eq!(made.status, 201);
    assert_eq!(app.post("/v1/wordings", wording).await.status, 200);
    let consent = json!({ "address": { "kind": "phone", "value": "+12025550123" }, "channel": "whatsapp", "purpose": "promotional", "state": "opted_in",
        "source": "form:newsletter-2026", "act": "form_submitted", "wording": made.json()["hash"], "ip": "192.0.2.7", "occurred_at": "2026-11-22T09:29:00Z" });
    let entry = app.post(&format!("/v1/contacts/{contact}/consent"), consent).await;
    assert_eq!(entry.status, 201, "{}", entry.text());

    app.clock.advance(Millis::from_days(30));
    let evidence = app.get("/v1/consent_evidence?address=phone:%2B12025550123&at=2026-11-23T00:00:00Z").await.json();
    assert_eq!(evidence["contact"], json!(contact));
    let line = &evidence["in_force"][0];
    assert_eq!(line["wording"]["text"], TEXT);
    assert_eq!(line["wording"]["version"], "2026-11");
    assert_eq!(line["entry"]["act"], "form_submitted");
    assert_eq!(line["entry"]["at"], "2026-11-22T09:29:00.000Z");
    assert_eq!(line["entry"]["ip"], "192.0.2.7");
    assert_eq!(line["entry"]["hash"], entry.json()["hash"]);
    assert_eq!((evidence["chain"]["ok"].clone(), evidence["chain"]["length"].clone()), (json!(true), json!(1)));
    let before = app.get("/v1/consent_evidence?address=phone:%2B12025550123&at=2026-11-22T09:00:00Z").await.json();
    assert_eq!(before["in_force"], json!([]));
}

#[tokio::test]
async fn a_withdrawal_is_a_new_entry_and_the_state_follows() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await;
    let path = format!("/v1/contacts/{contact}/consent");
    for state in ["opted_in", "opted_out"] {
        let body = json!({ "address": { "kind": "phone", "value": "+12025550123" }, "purpose": "promotional", "state": state, "source": "phone call" });
        assert_eq!(app.post(&path, body).await.status, 201);
    }
    let consent = app.get(&path).await.json();
    assert_eq!(consent["ledger"].as_array().unwrap().len(), 2);
    assert_eq!(consent["ledger"][1]["prev_hash"], consent["ledger"][0]["hash"]);
    assert_eq!(consent["state"][0]["state"], "opted_out");
    assert_eq!(consent["chain"]["ok"], true);
}

#[tokio::test]
async fn what_cannot_be_told_is_refused() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await;
    let path = format!("/v1/contacts/{contact}/consent");
    let base = json!({ "address": { "kind": "phone", "value": "+12025550123" }, "state": "opted_in", "source": "x" });
    for (member, value, pointer) in [
        ("act", json!("stop_word"), "/act"),
        ("wording", json!("0000"), "/wording"),
        ("occurred_at", json!("2031-01-01T00:00:00Z"), "/occurred_at"),
        ("address", json!({ "kind": "phone", "value": "+12025550199" }), "/address"),
        ("source", json!(" "), "/source"),
    ] {
        let mut body = base.clone();
        body[member] = value;
        let answer = app.post(&path, body).await;
        assert_eq!((answer.status, answer.json()["errors"][0]["pointer"].clone()), (422, json!(pointer)), "{member}");
    }
}
