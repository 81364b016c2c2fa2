//! What an outage left.

use model::Timestamp;

use crate::auth::Scope;
use crate::engine::RecoveryView;
use crate::testing::{TestApp, WS};

fn waiting() -> RecoveryView {
    RecoveryView {
        made_at: Timestamp::from_secs(1_780_000_000),
        down_since: Timestamp::from_secs(1_779_985_600),
        state: "waiting".to_owned(),
        approved_by: None,
        complete: true,
        send: 1_200,
        too_late: 300,
        collapsed: 4,
        deferred: 5,
        not_sent: 6,
        spread_over_ms: 15_000,
    }
}

#[tokio::test]
async fn r_late_2_a_person_sees_the_plan_and_says_yes() {
    let app = TestApp::new().await;
    assert_eq!(app.get("/v1/recovery").await.status, 404, "there was no outage");
    *app.engine.recovery.lock().unwrap() = Some(waiting());
    let plan = app.get("/v1/recovery").await.json();
    assert_eq!((plan["state"].as_str(), plan["send"].as_u64(), plan["too_late"].as_u64()), (Some("waiting"), Some(1_200), Some(300)));
    let answer = app.post("/v1/recovery/approval", serde_json::json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["state"], "approved");
    assert!(answer.json()["approved_by"].as_str().unwrap().starts_with("key:"));
    assert_eq!(app.get("/v1/recovery").await.json()["state"], "approved");
}

#[tokio::test]
async fn who_may_only_read_cannot_let_it_go() {
    let app = TestApp::new().await;
    *app.engine.recovery.lock().unwrap() = Some(waiting());
    let reader = app.key_in(WS, &[Scope::OperationsRead]).await;
    let refused = app.anonymous("POST", "/v1/recovery/approval").header("authorization", &format!("Bearer {reader}")).await;
    assert_eq!(refused.status, 403);
    assert_eq!(app.get("/v1/recovery").await.json()["state"], "waiting");
}
