//! Users and keys.

use serde_json::json;

use model::Millis;
use storage::{Document, DocumentExt};

use crate::auth::{Role, Scope};
use crate::documents::{ApiKey, ApiKeyHash};
use crate::engine::Engine;
use crate::testing::{TestApp, WS};

#[tokio::test]
async fn a_key_is_shown_once_works_and_dies_at_once() {
    let app = TestApp::new().await;
    let answer = app.post("/v1/api_keys", json!({ "name": "CRM", "scopes": ["contacts:read"] })).await;
    assert_eq!(answer.status, 201);
    let key = answer.json();
    let secret = key["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("ak_") && secret.len() == 72);
    assert!(!app.get("/v1/api_keys").await.text().contains(&secret));
    let with_key = || app.anonymous("GET", "/v1/contacts").header("authorization", &format!("Bearer {secret}"));
    assert_eq!(with_key().await.status, 200);
    assert_eq!(app.call("DELETE", &format!("/v1/api_keys/{}", key["id"].as_str().unwrap())).await.status, 204);
    assert_eq!(with_key().await.status, 401);
}

/// Nothing tells this process: the key is gone from the store that it shares with others.
#[tokio::test]
async fn a_key_that_another_node_deleted_dies_within_a_second() {
    let app = TestApp::new().await;
    let secret = app.key_in(WS, &[Scope::ContactsRead]).await;
    let with_key = || app.anonymous("GET", "/v1/contacts").header("authorization", &format!("Bearer {secret}"));
    assert_eq!(with_key().await.status, 200);
    let store = app.engine.store();
    let key = store.all::<ApiKey>(WS).await.unwrap().into_iter().find(|key| key.value.scopes == [Scope::ContactsRead]).unwrap();
    store.delete_document(WS, ApiKeyHash::KIND, &key.value.hash).await.unwrap();
    store.delete_document(WS, ApiKey::KIND, &key.id).await.unwrap();
    app.clock.advance(Millis(900));
    assert_eq!(with_key().await.status, 401);
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_have() {
    let app = TestApp::new().await;
    let key = app.key_in(WS, &[Scope::KeysWrite, Scope::EventsWrite]).await;
    let ask = |scope: &str| {
        let body = json!({ "name": "x", "scopes": [scope] });
        app.anonymous("POST", "/v1/api_keys").header("authorization", &format!("Bearer {key}")).json(&body)
    };
    assert_eq!(ask("events:write").await.status, 201);
    assert_eq!(ask("users:write").await.status, 403);
}

#[tokio::test]
async fn an_invited_person_signs_in_by_link_and_is_unique() {
    let app = TestApp::new().await;
    let body = json!({ "name": "Desk B", "email": "desk-b@example.com", "roles": ["agent"] });
    let answer = app.post("/v1/users", body.clone()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let token = answer.json()["sign_in_url"].as_str().unwrap().split_once("token=").unwrap().1.to_owned();
    let session = app.anonymous("POST", "/v1/session").json(&json!({ "token": token })).await;
    assert_eq!(session.json()["user"]["email"], "desk-b@example.com");
    let twice = app.post("/v1/users", body).await;
    assert_eq!((twice.status, twice.code().as_str()), (409, "conflict"));
}

#[tokio::test]
async fn only_owners_make_owners_and_one_always_stays() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin, "admin@example.com", None).await;
    let (admin_cookie, owner_cookie) = (app.session(admin).await, app.session(app.owner).await);
    let path = format!("/v1/users/{admin}");
    let up = json!({ "roles": ["owner"] });
    assert_eq!(app.browser("PATCH", &path, &admin_cookie).json(&up).await.status, 403);
    let owner_path = format!("/v1/users/{}", app.owner);
    assert_eq!(app.browser("PATCH", &owner_path, &admin_cookie).json(&json!({ "active": false })).await.status, 403);
    let last = app.browser("PATCH", &owner_path, &owner_cookie).json(&json!({ "active": false })).await;
    assert_eq!((last.status, last.code().as_str()), (409, "conflict"));
    assert_eq!(app.browser("PATCH", &path, &owner_cookie).json(&up).await.status, 200);
}

#[tokio::test]
async fn losing_a_role_ends_the_session_at_once() {
    let app = TestApp::new().await;
    let user = app.user(Role::Admin, "admin@example.com", None).await;
    let cookie = app.session(user).await;
    app.clock.advance(model::Millis::from_secs(1));
    let owner = app.session(app.owner).await;
    let path = format!("/v1/users/{user}");
    assert_eq!(app.browser("PATCH", &path, &owner).json(&json!({ "roles": ["viewer"] })).await.status, 200);
    assert_eq!(app.browser("GET", "/v1/users", &cookie).await.status, 401);
}
