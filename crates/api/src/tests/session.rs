//! Signing in and out.

use model::Millis;
use serde_json::json;

use crate::auth::{Role, sign_in_link};
use crate::testing::{TestApp, WS};

const PASSWORD: &str = "correct horse battery staple";

fn cookie(answer: &crate::testing::Answer) -> String {
    let header = answer.header("set-cookie");
    header.split(';').next().unwrap().strip_prefix("antiphon_session=").unwrap().to_owned()
}

#[tokio::test]
async fn a_password_opens_a_session_and_signing_out_ends_it() {
    let app = TestApp::new().await;
    app.user(Role::Agent, "desk@example.com", Some(PASSWORD)).await;
    let answer = app.anonymous("POST", "/v1/session").json(&json!({ "email": " Desk@Example.com ", "password": PASSWORD })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let header = answer.header("set-cookie");
    assert!(header.contains("HttpOnly") && header.contains("SameSite=Lax") && header.contains("Path=/"), "{header}");
    insta::assert_json_snapshot!(answer.json(), {
        ".user.id" => insta::dynamic_redaction(|value, _| { assert!(value.as_str().unwrap().starts_with("usr_")); "[user]" }),
        ".workspace.id" => "[workspace]",
    }, @r#"
    {
      "user": {
        "id": "[user]",
        "name": "Desk",
        "email": "desk@example.com",
        "roles": [
          "agent"
        ]
      },
      "workspace": {
        "id": "[workspace]",
        "name": "Demo clinic"
      },
      "demo": false,
      "scopes": [
        "account",
        "broadcasts:read",
        "consent:read",
        "consent:write",
        "contacts:read",
        "contacts:write",
        "conversations:read",
        "conversations:write",
        "decisions:read",
        "demo:use",
        "journeys:read",
        "live:read",
        "media:write",
        "messages:read",
        "settings:read",
        "status:read",
        "templates:read",
        "users:read"
      ]
    }
    "#);
    let cookie = cookie(&answer);
    assert_eq!(app.browser("GET", "/v1/session", &cookie).await.status, 200);
    let out = app.browser("DELETE", "/v1/session", &cookie).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(app.browser("GET", "/v1/session", &cookie).await.status, 401);
}

#[tokio::test]
async fn every_sign_in_has_an_id_of_its_own_and_stored_ids_are_hashes() {
    let app = TestApp::new().await;
    app.user(Role::Agent, "desk@example.com", Some(PASSWORD)).await;
    let sign_in = || app.anonymous("POST", "/v1/session").json(&json!({ "email": "desk@example.com", "password": PASSWORD }));
    let (one, two) = (cookie(&sign_in().await), cookie(&sign_in().await));
    assert_ne!(one, two);
    let stored = app.state.store().documents(WS, "session", storage::Page::first(10)).await.unwrap();
    assert_eq!(stored.items.len(), 2);
    assert!(stored.items.iter().all(|d| d.id.len() == 64 && !d.value.to_string().contains(&one) && !d.value.to_string().contains(&two)));
}

#[tokio::test]
async fn wrong_passwords_and_unknown_people_look_the_same_and_lock_out() {
    let app = TestApp::new().await;
    app.user(Role::Agent, "desk@example.com", Some(PASSWORD)).await;
    let try_as = |email: &str, password: &str| app.anonymous("POST", "/v1/session").json(&json!({ "email": email, "password": password }));
    let (mut wrong, mut unknown) = (try_as("desk@example.com", "wrong").await.json(), try_as("nobody@example.com", "wrong").await.json());
    assert_eq!(wrong["code"], "sign_in_refused");
    wrong["instance"] = json!("");
    unknown["instance"] = json!("");
    assert_eq!(wrong, unknown);
    for _ in 0..5 {
        try_as("desk@example.com", "wrong").await;
    }
    let locked = try_as("desk@example.com", PASSWORD).await;
    assert_eq!((locked.status, locked.code().as_str(), locked.header("retry-after")), (429, "too_many_attempts", "1"));
    app.clock.advance(Millis::from_secs(1));
    assert_eq!(try_as("desk@example.com", PASSWORD).await.status, 200);
    let log = app.get("/v1/audit").await.json();
    let refused = log["items"].as_array().unwrap().iter().filter(|e| e["action"] == "session.refused").count();
    assert_eq!(refused, 6);
}

#[tokio::test]
async fn a_link_signs_in_once_and_not_late() {
    let app = TestApp::new().await;
    let link = |url: String| url.split_once("token=").unwrap().1.to_owned();
    let redeem = |token: String| app.anonymous("POST", "/v1/session").json(&json!({ "token": token }));
    let token = link(sign_in_link(&app.state, WS, app.owner, Millis::from_hours(1)).await.unwrap());
    assert_eq!(redeem(token.clone()).await.status, 200);
    let again = redeem(token).await;
    assert_eq!((again.status, again.code().as_str()), (401, "link_used"));
    let token = link(sign_in_link(&app.state, WS, app.owner, Millis::from_hours(1)).await.unwrap());
    app.clock.advance(Millis::from_hours(1));
    assert_eq!(redeem(token).await.code(), "link_used");
    assert_eq!(redeem("nonsense".to_owned()).await.code(), "link_used");
}

#[tokio::test]
async fn a_browser_needs_the_csrf_header_and_our_origin() {
    let app = TestApp::new().await;
    let cookie = app.session(app.owner).await;
    let bare = app.anonymous("POST", "/v1/wordings").header("cookie", &format!("antiphon_session={cookie}")).json(&json!({})).await;
    assert_eq!((bare.status, bare.code().as_str()), (403, "csrf_refused"));
    let foreign = app.browser("POST", "/v1/wordings", &cookie).header("origin", "https://evil.example.com").json(&json!({})).await;
    assert_eq!(foreign.code(), "csrf_refused");
    let own = app.browser("POST", "/v1/wordings", &cookie).header("origin", "http://127.0.0.1:8080").json(&json!({})).await;
    assert_eq!(own.code(), "invalid");
    let foreign = app.anonymous("POST", "/v1/session").header("origin", "https://evil.example.com").json(&json!({ "token": "x" })).await;
    assert_eq!(foreign.code(), "csrf_refused");
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_needs_the_old_one() {
    let app = TestApp::new().await;
    let user = app.user(Role::Agent, "desk@example.com", Some(PASSWORD)).await;
    let (here, elsewhere) = (app.session(user).await, app.session(user).await);
    app.clock.advance(Millis::from_secs(1));
    let set = |body: serde_json::Value| app.browser("PUT", "/v1/session/password", &here).json(&body);
    assert_eq!(set(json!({ "current": "wrong", "password": "another long passphrase" })).await.json()["errors"][0]["pointer"], "/current");
    assert_eq!(set(json!({ "current": PASSWORD, "password": "short" })).await.json()["errors"][0]["pointer"], "/password");
    let answer = set(json!({ "current": PASSWORD, "password": "another long passphrase" })).await;
    assert_eq!(answer.status, 204);
    assert_eq!(app.browser("GET", "/v1/session", &elsewhere).await.status, 401);
    assert_eq!(app.browser("GET", "/v1/session", &cookie(&answer)).await.status, 200);
}

#[tokio::test]
async fn there_is_no_way_in_to_a_new_installation_but_the_first_owner() {
    let app = TestApp::new().await;
    for password in ["", "admin", "password", "antiphon", "changeme"] {
        let answer = app.anonymous("POST", "/v1/session").json(&json!({ "email": "owner@example.com", "password": password })).await;
        assert_ne!(answer.status, 200);
    }
    let new = crate::auth::NewOwner { workspace_name: "x", name: "x", email: "x@example.com", password: None };
    assert!(crate::auth::bootstrap_owner(&app.state, WS, new).await.is_err());
}

#[tokio::test]
async fn what_has_run_out_is_swept_away_and_the_rest_stays() {
    let app = TestApp::new().await;
    let old = app.session(app.owner).await;
    sign_in_link(&app.state, WS, app.owner, Millis::from_hours(1)).await.unwrap();
    let source = json!({ "id": "shop", "title": "Shop" });
    app.call("POST", "/v1/sources").header("idempotency-key", "a").json(&source).await;
    assert_eq!(crate::sweep(&app.state).await.unwrap(), 0);
    app.clock.advance(Millis::from_hours(24));
    let fresh = app.session(app.owner).await;
    assert_eq!(crate::sweep(&app.state).await.unwrap(), 3);
    assert_eq!(app.browser("GET", "/v1/session", &old).await.status, 401);
    assert_eq!(app.browser("GET", "/v1/session", &fresh).await.status, 200);
}
