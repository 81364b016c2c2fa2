//! What comes from providers and sources.

use model::{Clock, Millis};
use serde_json::json;

use crate::testing::{Call, TestApp};

#[tokio::test]
async fn whatsapp_bytes_arrive_as_they_were_sent() {
    let app = TestApp::new().await;
    let raw = b"{\"object\": \"x\",\n \"entry\":[]}".to_vec();
    let post =
        |signature: &str, raw: Vec<u8>| app.anonymous("POST", "/webhooks/whatsapp/app").header("x-hub-signature-256", signature).raw(raw);
    assert_eq!(post("sha256=right", raw.clone()).await.status, 200);
    assert_eq!(*app.engine.webhooks.lock().unwrap(), [raw]);
    let wrong = post("sha256=wrong", b"{}".to_vec()).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (401, "bad_signature"));
    assert_eq!(app.get("/v1/audit").await.json()["items"][0]["action"], "webhook.bad_signature");
    let cut = post("sha256=right", b"{\"entry\":[{".to_vec()).await;
    assert_eq!((cut.status, cut.code().as_str()), (400, "malformed_json"));
    assert_eq!(app.anonymous("POST", "/webhooks/whatsapp/other").await.status, 404);
}

#[tokio::test]
async fn the_handshake_answers_only_the_right_token() {
    let app = TestApp::new().await;
    let get =
        |token: &str| app.anonymous("GET", &format!("/webhooks/whatsapp/app?hub.mode=subscribe&hub.challenge=42&hub.verify_token={token}"));
    let answer = get("open%20sesame").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "42"));
    assert_eq!(get("guess").await.status, 403);
}

#[tokio::test]
async fn a_provider_gets_its_query_back_and_the_answer_that_it_wants() {
    let app = TestApp::new().await;
    let sender = crate::testing::WHATSAPP;
    let answer = app.anonymous("POST", &format!("/webhooks/twilio/{sender}/inbound")).raw("Body=hi").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/xml"));
    assert_eq!(answer.text(), "<Response/>");
    let path = format!("/webhooks/twilio/{sender}/status?message=msg_1");
    assert_eq!(app.anonymous("POST", &path).raw("MessageStatus=sent").await.status, 200);
    assert_eq!(app.engine.webhooks.lock().unwrap()[1], path.as_bytes());
    assert_eq!(app.anonymous("POST", &format!("/webhooks/twilio/{sender}")).raw("").await.status, 200);
    assert_eq!(app.anonymous("POST", &format!("/webhooks/nobody/{sender}")).raw("").await.status, 404);
}

/// RFC 8058: mail programs press the button by a POST; scanners open the link, and that changes nothing.
#[tokio::test]
async fn opening_the_link_shows_a_button_and_pressing_it_acts_at_once() {
    let app = TestApp::new().await;
    let at = format!("/u/{}/right", crate::testing::WHATSAPP);
    for method in ["GET", "HEAD"] {
        let page = app.anonymous(method, &at).await;
        assert_eq!((page.status, page.header("cache-control"), page.header("referrer-policy")), (200, "no-store", "no-referrer"));
        assert!(page.header("content-security-policy").contains("form-action 'self'"));
    }
    assert!(app.anonymous("GET", &at).await.text().contains("<form method=\"post\">"));
    assert!(app.engine.webhooks.lock().unwrap().is_empty(), "nothing was told to anybody");
    let press =
        |at: &str| app.anonymous("POST", at).header("content-type", "application/x-www-form-urlencoded").raw("List-Unsubscribe=One-Click");
    let done = press(&at).await;
    assert_eq!(done.status, 200);
    assert!(!done.text().contains("<form"));
    assert_eq!(*app.engine.webhooks.lock().unwrap(), [b"List-Unsubscribe=One-Click"]);
    assert_eq!(press(&format!("/u/{}/made-up", crate::testing::WHATSAPP)).await.status, 404);
}

fn signed(app: &TestApp, secret: &str, id: &str, body: &str) -> Call {
    let at = app.clock.now();
    let signature = integrations::standard_webhooks::sign(secret, id, at, body.as_bytes()).unwrap();
    app.anonymous("POST", "/sources/booking")
        .header("webhook-id", id)
        .header("webhook-timestamp", &at.as_secs().to_string())
        .header("webhook-signature", &signature)
        .raw(body.to_owned())
}

/// A5: a signed webhook that is replayed five times has one effect; a bad signature is a 401 and a line in the audit log.
#[tokio::test]
async fn a5_a_replayed_source_event_has_one_effect_and_a_bad_signature_none() {
    let app = TestApp::new().await;
    let source = app.post("/v1/sources", json!({ "id": "booking", "title": "Booking system" })).await.json();
    let secret = source["secret"].as_str().unwrap().to_owned();
    let body = json!({ "type": "appointment_booked", "timestamp": "2026-11-22T09:29:00Z",
        "data": { "contact": { "phone": "+12025550123" }, "properties": { "appointment_id": "A-1" } } })
    .to_string();
    for n in 0..5 {
        let answer = signed(&app, &secret, "evt_1", &body).await;
        assert_eq!((answer.status, answer.json()["duplicate"].clone()), (202, json!(n > 0)), "{}", answer.text());
    }
    let contact = app.get("/v1/contacts?address=phone:%2B12025550123").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let events = app.get(&format!("/v1/contacts/{contact}/timeline?kind=event_tracked")).await.json();
    assert_eq!(events["items"].as_array().unwrap().len(), 1);
    assert_eq!(events["items"][0]["at"], "2026-11-22T09:29:00.000Z");

    let wrong = signed(&app, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "evt_2", &body).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (401, "bad_signature"));
    let log = app.get("/v1/audit").await.json();
    assert_eq!(
        (log["items"][0]["action"].clone(), log["items"][0]["target"].clone()),
        (json!("webhook.bad_signature"), json!("source:booking"))
    );

    let call = signed(&app, &secret, "evt_3", &body);
    app.clock.advance(Millis::from_mins(6));
    assert_eq!(call.await.status, 401);
    let nobody = app.anonymous("POST", "/sources/other").raw(body).await;
    assert_eq!(nobody.status, 404);
}
