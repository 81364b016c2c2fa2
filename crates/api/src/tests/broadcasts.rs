//! Broadcasts through the router: what is refused, what is listed, and what a large one is told.

use serde_json::json;

use crate::testing::TestApp;

const FILE: &str = "broadcast: spring_offer\naudience: listed\n";

async fn draft(app: &TestApp) -> String {
    let made = app.post("/v1/broadcasts", json!({ "source": FILE })).await;
    assert_eq!(made.status, 201, "{}", made.json());
    made.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_broadcast_that_does_not_compile_is_refused_with_its_errors() {
    let app = TestApp::new().await;
    let refused = app.post("/v1/broadcasts", json!({ "source": "audience: listed" })).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "invalid_broadcast"));
    assert_eq!(refused.json()["diagnostics"][0]["code"], "no_name");
}

#[tokio::test]
async fn a_list_is_answered_line_by_line_and_read_back() {
    let app = TestApp::new().await;
    let id = draft(&app).await;
    app.post("/v1/contacts", json!({ "phone": "+12025550123" })).await;
    let chunk = json!({ "recipients": [{ "phone": "+12025550123" }, { "phone": "+12025550124" }] });
    let added = app.post(&format!("/v1/broadcasts/{id}/recipients"), chunk.clone()).await;
    assert_eq!(added.status, 200, "{}", added.json());
    assert_eq!((&added.json()["added"], &added.json()["refused"][0]["pointer"]), (&json!(1), &json!("/recipients/1")));
    let again = app.post(&format!("/v1/broadcasts/{id}/recipients"), chunk).await.json();
    assert_eq!((&again["added"], &again["already"]), (&json!(0), &json!(1)));
    let rows = app.get(&format!("/v1/broadcasts/{id}/recipients?state=pending")).await.json();
    assert_eq!((rows["items"].as_array().unwrap().len(), &rows["items"][0]["state"]), (1, &json!("pending")));
    let wrong = app.get(&format!("/v1/broadcasts/{id}/recipients?state=gone")).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "invalid_query"));
    let view = app.get(&format!("/v1/broadcasts/{id}")).await.json();
    assert_eq!((&view["recipients"], &view["progress"]["states"]["pending"]), (&json!(1), &json!(1)));
    assert_eq!(app.get("/v1/broadcasts").await.json()["items"].as_array().unwrap().len(), 1);
    let empty = app.post(&format!("/v1/broadcasts/{id}/recipients"), json!({ "recipients": [] })).await;
    assert_eq!(empty.status, 422);
}

#[tokio::test]
async fn a30_a_large_broadcast_is_refused_with_everything_that_is_missing() {
    let app = TestApp::new().await;
    let id = draft(&app).await;
    for n in 0..3 {
        let phone = format!("+1202555012{n}");
        app.post("/v1/contacts", json!({ "phone": phone })).await;
        app.post(&format!("/v1/broadcasts/{id}/recipients"), json!({ "recipients": [{ "phone": phone }] })).await;
    }
    let refused = app.post(&format!("/v1/broadcasts/{id}/turns"), json!({ "act": "start" })).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "broadcast_incomplete"));
    let missing: Vec<_> = refused.json()["missing"].as_array().unwrap().iter().map(|one| one["item"].clone()).collect();
    assert_eq!(missing, [json!("approval"), json!("holdout"), json!("preview")]);
    let view = app.get(&format!("/v1/broadcasts/{id}")).await.json();
    assert_eq!((view["missing"].as_array().unwrap().len(), &view["state"]), (3, &json!("draft")));
}

#[tokio::test]
async fn what_the_state_does_not_allow_is_a_conflict() {
    let app = TestApp::new().await;
    let id = draft(&app).await;
    let refused = app.post(&format!("/v1/broadcasts/{id}/turns"), json!({ "act": "pause" })).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "conflict"));
    let late = app.post(&format!("/v1/broadcasts/{id}/turns"), json!({ "act": "stop", "at": "2026-11-24T15:00:00Z" })).await;
    assert_eq!(late.status, 422);
    let stopped = app.post(&format!("/v1/broadcasts/{id}/turns"), json!({ "act": "stop", "reason": "a typo" })).await.json();
    assert_eq!((&stopped["state"], &stopped["history"][1]["reason"]), (&json!("stopping"), &json!("a typo")));
}
