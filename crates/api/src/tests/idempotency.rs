//! The same request twice is one request.

use model::{ApiKeyId, Clock, Millis};
use serde_json::json;
use storage::DocumentExt;

use crate::documents::IdempotencyRecord;

use crate::testing::TestApp;

#[tokio::test]
async fn a_repeated_step_gets_the_first_answer() {
    let app = TestApp::new().await;
    let body = json!({ "name": "appointment_booked", "contact": { "phone": "+12025550123" } });
    let send = |body: &serde_json::Value| app.call("POST", "/v1/events").header("idempotency-key", "a").json(body);
    let (first, second) = (send(&body).await, send(&body).await);
    assert_eq!((first.status, second.status), (202, 202));
    assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"));
    assert_eq!(first.json()["signal_id"], second.json()["signal_id"]);
    assert_eq!(first.json()["contact_id"], second.json()["contact_id"]);
    let other = send(&json!({ "name": "other", "contact": { "phone": "+12025550123" } })).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency_mismatch"));
    let contact = first.json()["contact_id"].as_str().unwrap().to_owned();
    let timeline = app.get(&format!("/v1/contacts/{contact}/timeline?kind=event_tracked")).await.json();
    assert_eq!(timeline["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_repeated_creation_makes_one_thing_and_shows_its_secret_once() {
    let app = TestApp::new().await;
    let body = json!({ "name": "CRM", "scopes": ["events:write"] });
    let send = |body: &serde_json::Value| app.call("POST", "/v1/api_keys").header("idempotency-key", "a").json(body);
    let (first, second) = (send(&body).await, send(&body).await);
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert!(first.json()["secret"].is_string() && second.json()["secret"].is_null());
    assert_eq!(second.header("idempotent-replayed"), "true");
    let other = send(&json!({ "name": "Other", "scopes": ["events:write"] })).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency_mismatch"));
}

#[tokio::test]
async fn a_refused_request_does_not_use_the_key_up() {
    let app = TestApp::new().await;
    let send = |roles: serde_json::Value| {
        let body = json!({ "name": "Owner again", "email": "owner@example.com", "roles": roles });
        app.call("POST", "/v1/users").header("idempotency-key", "a").json(&body)
    };
    assert_eq!(send(json!(["agent"])).await.status, 409);
    assert_eq!(send(json!(["agent", "viewer"])).await.code(), "conflict");
}

#[tokio::test]
async fn two_at_once_make_one_thing() {
    let app = TestApp::new().await;
    let body = json!({ "url": "https://crm.example.com/hook", "events": ["*"] });
    let send = || app.call("POST", "/v1/webhook_endpoints").header("idempotency-key", "a").json(&body);
    let (one, two) = tokio::join!(send().into_future(), send().into_future());
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(statuses == [201, 201] || statuses == [201, 409], "{statuses:?}");
    assert_eq!(app.get("/v1/webhook_endpoints").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn one_callers_key_is_not_anothers() {
    let app = TestApp::new().await;
    let other = app.key_in(crate::testing::WS, crate::auth::Scope::ALL).await;
    let body = json!({ "id": "shop", "title": "Shop" });
    let first = app.call("POST", "/v1/sources").header("idempotency-key", "a").json(&body).await;
    assert_eq!(first.status, 201);
    let second = app.anonymous("POST", "/v1/sources").header("authorization", &format!("Bearer {other}")).header("idempotency-key", "a");
    assert_eq!(second.json(&body).await.code(), "conflict");
}

#[tokio::test]
async fn keys_have_bounds() {
    let app = TestApp::new().await;
    let answer = app.call("POST", "/v1/events").header("idempotency-key", &"x".repeat(201)).json(&json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_request"));
}

#[tokio::test]
async fn the_same_body_for_another_contact_is_another_request() {
    let app = TestApp::new().await;
    let (one, two) = (app.inbound("+12025550123", "Hi").await, app.inbound("+12025550124", "Hi").await);
    let note = |id| {
        let call = app.call("POST", &format!("/v1/conversations/{id}/notes")).header("idempotency-key", "a");
        call.json(&json!({ "text": "Called back." }))
    };
    assert_eq!(note(one).await.status, 201);
    assert_eq!(note(one).await.header("idempotent-replayed"), "true");
    assert_eq!(note(two).await.code(), "idempotency_mismatch");
}

/// A process that died between its two writes: the next try waits, takes over, and makes the very thing that the first one would have made.
#[tokio::test]
async fn a_request_that_died_is_taken_over_with_the_same_id() {
    let app = TestApp::new().await;
    let body = json!({ "name": "CRM", "scopes": ["events:write"] });
    let send = || app.call("POST", "/v1/api_keys").header("idempotency-key", "a").json(&body);
    let first = send().await.json();
    let store = app.state.store();
    let done = store.all::<IdempotencyRecord>(crate::testing::WS).await.unwrap().pop().unwrap();
    let cut_off = IdempotencyRecord { answer: None, ..done.value };
    store.put(crate::testing::WS, &cut_off, done.version, app.clock.now()).await.unwrap();
    let running = send().await;
    assert_eq!((running.status, running.code().as_str()), (409, "idempotency_running"));
    app.clock.advance(Millis::from_secs(60));
    let second = send().await;
    assert_eq!((second.status, second.json()["id"].clone()), (201, first["id"].clone()));
    let secret = |answer: &serde_json::Value| answer["secret"].as_str().unwrap().to_owned();
    let works = |key: String| app.anonymous("POST", "/v1/events").header("authorization", &format!("Bearer {key}")).json(&json!({}));
    assert_eq!(works(secret(&second.json())).await.status, 422);
    assert_eq!(works(secret(&first)).await.status, 401, "the new secret takes the first one's place");
    let keys = app.get("/v1/api_keys").await.json();
    let made = keys["items"].as_array().unwrap().iter().filter(|k| k["name"] == "CRM").count();
    assert_eq!(made, 1);
    assert!(first["id"].as_str().unwrap().parse::<ApiKeyId>().is_ok());
}
