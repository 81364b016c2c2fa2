//! Every operation of the description is asked by nobody, by a key without its scope, and by a session that has ended.

use model::Millis;

use crate::auth::{PUBLIC, Role, Rules, Scope};
use crate::testing::{TestApp, WS};

fn rules() -> Vec<(String, String, String, Option<Scope>)> {
    let document = serde_json::from_str(&crate::openapi_json()).unwrap();
    let rules = Rules::of(&document);
    let all = rules.all().map(|(path, method, rule)| (path.to_owned(), method.to_owned(), rule.operation.clone(), rule.scope)).collect();
    let operations = document["paths"].as_object().unwrap().values().map(|item| item.as_object().unwrap().len()).sum::<usize>();
    let all: Vec<_> = all;
    assert_eq!(all.len(), operations, "an operation states no scope, or one that nobody knows, and is not public");
    all
}

/// A path with something in its parameters.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

/// The list of operations without a caller grows only for people who have no account and hold a key: unsubscribe links, and links and pictures of
/// mails and texts.
#[test]
fn nothing_new_is_public() {
    let mut public: Vec<_> = rules().into_iter().filter(|(_, _, _, scope)| scope.is_none()).map(|(_, _, id, _)| id).collect();
    public.sort();
    let mut known: Vec<_> = PUBLIC.iter().map(|(id, _)| (*id).to_owned()).collect();
    known.sort();
    assert_eq!(public, known);
    assert!(known.len() <= 16);
}

#[tokio::test]
async fn nobody_gets_nothing() {
    let app = TestApp::new().await;
    for (path, method, id, scope) in rules() {
        if scope.is_none() {
            continue;
        }
        let answer = app.anonymous(&method, &filled(&path)).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "unauthenticated"), "{id}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{id}");
    }
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused() {
    let app = TestApp::new().await;
    for (path, method, id, scope) in rules() {
        let Some(scope) = scope else { continue };
        let others: Vec<_> = Scope::ALL.iter().copied().filter(|s| *s != scope).collect();
        let key = app.key_in(WS, &others).await;
        let answer = app.anonymous(&method, &filled(&path)).header("authorization", &format!("Bearer {key}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{id}");
        assert_eq!(answer.json()["scope"], scope.as_str(), "{id}");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_is_nobody() {
    let app = TestApp::new().await;
    let cookie = app.session(app.owner).await;
    assert_eq!(app.browser("GET", "/v1/session", &cookie).await.status, 200);
    app.clock.advance(Millis::from_hours(12));
    for (path, method, id, scope) in rules() {
        if scope.is_none() {
            continue;
        }
        let answer = app.browser(&method, &filled(&path), &cookie).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "unauthenticated"), "{id}");
    }
}

#[tokio::test]
async fn a_role_can_do_what_its_scopes_say_and_no_more() {
    let app = TestApp::new().await;
    for role in [Role::Viewer, Role::Agent, Role::Marketer] {
        let user = app.user(role, &format!("{role:?}@example.com").to_lowercase(), None).await;
        let cookie = app.session(user).await;
        for (path, method, id, scope) in rules() {
            // Following and ending the session would end the test.
            if matches!(id.as_str(), "follow_changes" | "delete_session") {
                continue;
            }
            let Some(scope) = scope else { continue };
            let status = app.browser(&method, &filled(&path), &cookie).await.status;
            assert_eq!(status == 403, !role.has(scope), "{role:?} {id} {status}");
        }
    }
}

#[tokio::test]
async fn refusals_and_changes_are_in_the_audit_log() {
    let app = TestApp::new().await;
    let key = app.key_in(WS, &[Scope::ContactsRead]).await;
    app.anonymous("GET", "/v1/audit").header("authorization", &format!("Bearer {key}")).await;
    app.post("/v1/api_keys", serde_json::json!({ "name": "CRM", "scopes": ["events:write"] })).await;
    let log = app.get("/v1/audit").await.json();
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap().to_owned()).collect();
    assert_eq!(actions, ["create_api_key", "operation.refused"]);
    assert_eq!(log["items"][1]["target"], "list_audit");
}
