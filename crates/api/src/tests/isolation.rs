//! What belongs to another workspace is not there.

use serde_json::json;

use crate::auth::Scope;
use crate::testing::{OTHER, TestApp};

#[tokio::test]
async fn ids_of_another_workspace_are_not_found() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await;
    let conversation = app.get(&format!("/v1/contacts/{contact}")).await.json()["conversation_id"].as_str().unwrap().to_owned();
    let user = app.owner;
    let key =
        app.post("/v1/api_keys", json!({ "name": "CRM", "scopes": ["events:write"] })).await.json()["id"].as_str().unwrap().to_owned();
    app.post("/v1/journeys", json!({ "source": "journey: reminder" })).await;
    let template =
        json!({ "name": "hello", "purpose": "transactional", "languages": { "en": { "body": "Hello" } }, "default_language": "en" });
    let template = app.post("/v1/templates", template).await.json()["id"].as_str().unwrap().to_owned();
    let media = app.engine.add_media(crate::testing::WS, "image/png", "a.png");
    let stranger = app.key_in(OTHER, Scope::ALL).await;
    let ask =
        |method: &str, path: String| app.anonymous(method, &path).header("authorization", &format!("Bearer {stranger}")).json(&json!({}));

    for path in [
        format!("/v1/contacts/{contact}"),
        format!("/v1/contacts/{contact}/timeline"),
        format!("/v1/contacts/{contact}/messages"),
        format!("/v1/contacts/{contact}/decisions"),
        format!("/v1/contacts/{contact}/runs"),
        format!("/v1/contacts/{contact}/consent"),
        format!("/v1/contacts/{contact}/why?journey=reminder"),
        format!("/v1/conversations/{conversation}"),
        format!("/v1/conversations/{conversation}/thread"),
        format!("/v1/conversations/{conversation}/composer"),
        format!("/v1/templates/{template}"),
        "/v1/journeys/reminder".to_owned(),
        format!("/v1/media/{media}"),
        "/v1/consent_evidence?address=phone:%2B12025550123".to_owned(),
    ] {
        assert_eq!(app.get(&path).await.status, 200, "{path}");
        let answer = ask("GET", path.clone()).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{path}");
    }
    for (method, path) in [
        ("PATCH", format!("/v1/contacts/{contact}")),
        ("POST", format!("/v1/conversations/{conversation}/read")),
        ("POST", format!("/v1/conversations/{conversation}/return_to_bot")),
        ("POST", format!("/v1/conversations/{conversation}/closure")),
        ("PATCH", format!("/v1/users/{user}")),
        ("POST", format!("/v1/users/{user}/sign_in_links")),
        ("DELETE", format!("/v1/api_keys/{key}")),
        ("POST", format!("/v1/templates/{template}/submission")),
    ] {
        assert_eq!(ask(method, path.clone()).await.status, 404, "{method} {path}");
    }
    for path in ["/v1/contacts", "/v1/journeys", "/v1/templates", "/v1/conversations", "/v1/messages"] {
        assert_eq!(ask("GET", path.to_owned()).await.json()["items"], json!([]), "{path}");
    }
}

#[tokio::test]
async fn an_event_for_another_workspaces_contact_finds_nobody() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await;
    let stranger = app.key_in(OTHER, Scope::ALL).await;
    let event = json!({ "name": "appointment_booked", "contact": { "id": contact } });
    let answer = app.anonymous("POST", "/v1/events").header("authorization", &format!("Bearer {stranger}")).json(&event).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
}
