//! Journeys.

use serde_json::json;

use crate::testing::TestApp;

#[tokio::test]
async fn a_journey_with_errors_is_refused_with_its_diagnostics() {
    let app = TestApp::new().await;
    let answer = app.post("/v1/journeys", json!({ "source": "nothing" })).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "invalid_journey"));
    assert_eq!(answer.json()["diagnostics"][0]["line"], 1);
    let checked = app.post("/v1/journey_validations", json!({ "source": "nothing" })).await;
    assert_eq!((checked.status, checked.json()["version"].clone()), (200, json!(null)));
    assert_eq!(app.get("/v1/journeys").await.json()["items"], json!([]));
}

#[tokio::test]
async fn a_published_journey_is_listed_closed_and_explained() {
    let app = TestApp::new().await;
    assert_eq!(app.post("/v1/journeys", json!({ "source": "journey: reminder" })).await.status, 201);
    let list = app.get("/v1/journeys").await.json();
    insta::assert_json_snapshot!(list, @r#"
    {
      "items": [
        {
          "name": "reminder",
          "title": "Appointment reminder",
          "owner": "front_desk",
          "purpose": "transactional",
          "state": "open",
          "version": "v1",
          "published_at": "2026-11-22T09:30:00.000Z",
          "goal": null,
          "counts": {
            "entered": 0,
            "active": 0,
            "completed": 0,
            "exited": 0,
            "failed": 0,
            "goal": 0
          }
        }
      ],
      "next_cursor": null
    }
    "#);
    let closed = app.call("PATCH", "/v1/journeys/reminder").json(&json!({ "state": "closed" })).await;
    assert_eq!(closed.json()["state"], "closed");
    let funnel = app.get("/v1/journeys/reminder/funnel?version=v1").await.json();
    assert_eq!(funnel["steps"][0]["step"], "remind");
    assert_eq!(app.get("/v1/journeys/reminder/funnel?version=v9").await.status, 404);
    assert_eq!(app.get("/v1/journeys/reminder/runs?status=active").await.json()["items"], json!([]));
    let contact = app.contact("+12025550123").await;
    let why = app.get(&format!("/v1/contacts/{contact}/why?journey=reminder")).await.json();
    assert_eq!(why["code"], "never_triggered");
    assert_eq!(app.get(&format!("/v1/contacts/{contact}/why?journey=none")).await.status, 404);
}
