//! Events in.

use serde_json::{Value, json};

use crate::testing::TestApp;

/// A4: what an event says about the contact is there when the event is answered.
#[tokio::test]
async fn a4_attributes_are_readable_when_their_event_is_acknowledged() {
    let app = TestApp::new().await;
    for n in 0..20 {
        let event = json!({ "name": "appointment_booked", "contact": { "phone": "+12025550123", "attributes": { "visits": n, "gone": null } },
            "properties": { "appointment_id": n } });
        let answer = app.post("/v1/events", event).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let contact = answer.json()["contact_id"].as_str().unwrap().to_owned();
        assert_eq!(app.get(&format!("/v1/contacts/{contact}")).await.json()["attributes"], json!({ "visits": n }));
    }
}

#[tokio::test]
async fn an_event_id_is_taken_once() {
    let app = TestApp::new().await;
    let event = |n: u32| json!({ "name": "paid", "event_id": "order-1", "contact": { "external_id": "c1" }, "properties": { "n": n } });
    let first = app.post("/v1/events", event(1)).await.json();
    let second = app.post("/v1/events", event(2)).await;
    assert_eq!((first["duplicate"].clone(), second.json()["duplicate"].clone()), (json!(false), json!(true)));
    assert_eq!(second.json()["signal_id"], first["signal_id"]);
    assert_eq!(second.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn one_broken_event_among_many_holds_nobody_up() {
    let app = TestApp::new().await;
    let mut events: Vec<Value> = (0..999)
        .map(|n| json!({ "name": "seen", "event_id": format!("e{n}"), "contact": { "external_id": format!("c{}", n % 50) } }))
        .collect();
    events.insert(500, json!({ "name": "seen", "contact": { "phone": 12 } }));
    let answer = app.post("/v1/event_batches", json!({ "events": events })).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let result = answer.json();
    assert_eq!((result["accepted"].clone(), result["refused"].clone()), (json!(999), json!(1)));
    insta::assert_json_snapshot!(result["results"][500], @r#"
    {
      "index": 500,
      "error": {
        "code": "invalid",
        "detail": "/events/500/contact/phone: invalid type: integer `12`, expected a string",
        "errors": [
          {
            "pointer": "/events/500/contact/phone",
            "detail": "invalid type: integer `12`, expected a string"
          }
        ]
      }
    }
    "#);
    assert_eq!(result["results"][999]["duplicate"], false);
    let again = app.post("/v1/event_batches", json!({ "events": events })).await.json();
    assert!(again["results"].as_array().unwrap().iter().enumerate().all(|(i, r)| i == 500 || r["duplicate"] == true));
}

#[tokio::test]
async fn a_batch_has_a_bound() {
    let app = TestApp::new().await;
    let answer = app.post("/v1/event_batches", json!({ "events": vec![json!({}); 1001] })).await;
    assert_eq!((answer.status, answer.json()["errors"][0]["pointer"].clone()), (422, json!("/events")));
}
