//! Contacts.

use serde_json::json;

use crate::testing::TestApp;

#[tokio::test]
async fn a_contact_is_made_once_and_then_changed() {
    let app = TestApp::new().await;
    let body = json!({ "phone": "+1 202 555 0123", "external_id": "patient-42", "name": "Sample Person", "locale": "pt-BR", "time_zone": "Europe/Lisbon",
        "attributes": { "first_name": "Sample" } });
    let answer = app.post("/v1/contacts", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    insta::assert_json_snapshot!(answer.json(), {
        ".id" => insta::dynamic_redaction(|value, _| { assert!(value.as_str().unwrap().starts_with("ctc_")); "[contact]" }),
        ".conversation_id" => insta::dynamic_redaction(|value, _| { assert!(value.as_str().unwrap().starts_with("cnv_")); "[conversation]" }),
        ".addresses[].source" => insta::dynamic_redaction(|value, _| { assert!(value.as_str().unwrap().starts_with("api:key_")); "[key]" }),
    }, @r#"
    {
      "id": "[contact]",
      "created_at": "2026-11-22T09:30:00.000Z",
      "name": "Sample Person",
      "locale": "pt-BR",
      "addresses": [
        {
          "kind": "external",
          "value": "patient-42",
          "verified": false,
          "source": "[key]",
          "added_at": "2026-11-22T09:30:00.000Z"
        },
        {
          "kind": "phone",
          "value": "+12025550123",
          "verified": false,
          "source": "[key]",
          "added_at": "2026-11-22T09:30:00.000Z"
        }
      ],
      "attributes": {
        "first_name": "Sample"
      },
      "zones": [
        {
          "source": "declared",
          "zone": "Europe/Lisbon",
          "at": "2026-11-22T09:30:00.000Z"
        }
      ],
      "conversation_id": "[conversation]",
      "runs": [],
      "windows": [],
      "caps": []
    }
    "#);
    let again = app.post("/v1/contacts", json!({ "phone": "+12025550123", "email": "Sample@Example.com" })).await;
    assert_eq!((again.status, again.json()["id"].clone()), (200, answer.json()["id"].clone()));
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let changed =
        app.call("PATCH", &format!("/v1/contacts/{id}")).json(&json!({ "attributes": { "first_name": null, "vip": true } })).await;
    assert_eq!((changed.status, changed.json()["attributes"].clone()), (200, json!({ "vip": true })));
    let found = app.get("/v1/contacts?search=sample@example").await.json();
    assert_eq!(found["items"][0]["id"], json!(id));
    let found = app.get("/v1/contacts?address=external:patient-42").await.json();
    assert_eq!(found["items"][0]["addresses"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    let app = TestApp::new().await;
    for n in 0..7 {
        app.post("/v1/contacts", json!({ "external_id": format!("c{n}") })).await;
        app.clock.advance(model::Millis(1));
    }
    let (mut seen, mut path) = (Vec::new(), "/v1/contacts?limit=3".to_owned());
    loop {
        let page = app.get(&path).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|c| c["addresses"][0]["value"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/contacts?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]);
}

#[tokio::test]
async fn a_contact_needs_an_address_and_no_id_of_ours() {
    let app = TestApp::new().await;
    assert_eq!(app.post("/v1/contacts", json!({ "name": "x" })).await.status, 422);
    let answer = app.post("/v1/contacts", json!({ "id": "ctc_01kaqz3e5hf0bax8wtvn9g8c2d" })).await;
    assert_eq!(answer.json()["errors"][0]["pointer"], "/id");
}
