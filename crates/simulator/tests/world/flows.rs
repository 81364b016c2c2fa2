//! Forms as objects at Meta: drafts, their pages, what may be done in which state; and one authentication template in many languages, and the shop's
//! switches.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::common::{Bench, NUMBER, WABA, code};

fn pages() -> String {
    json!({ "version": "7.2", "data_api_version": "3.0",
        "screens": [{ "id": "WHO", "terminal": true, "layout": { "type": "SingleColumnLayout", "children": [] } }] })
    .to_string()
}

async fn upload(bench: &Bench, flow: &str, text: &str) -> (u16, Value) {
    let part =
        |name: &str, extra: &str, value: &str| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n\r\n{value}\r\n");
    let body = [
        part("name", "", "flow.json"),
        part("asset_type", "", "FLOW_JSON"),
        part("file", "; filename=\"flow.json\"", text),
        "--XX--\r\n".to_owned(),
    ];
    let request = Request::post(format!("/v26.0/{flow}/assets"))
        .header("authorization", "Bearer sim-token")
        .header("content-type", "multipart/form-data; boundary=XX")
        .body(Body::from(body.concat()))
        .expect("a request");
    bench.call(bench.sim.cloud_router(), request).await
}

async fn made(bench: &Bench, body: Value) -> String {
    let (status, answer) = bench.cloud(Method::POST, &format!("/v26.0/{WABA}/flows"), body).await;
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    answer["id"].as_str().expect("an id").to_owned()
}

async fn node(bench: &Bench, flow: &str, fields: &str) -> Value {
    bench.cloud(Method::GET, &format!("/v26.0/{flow}?fields={fields}"), Value::Null).await.1
}

#[tokio::test]
async fn a_draft_is_edited_published_and_deprecated_and_each_state_allows_its_own() {
    let bench = Bench::new();
    let flow = made(&bench, json!({ "name": "lead", "categories": ["LEAD_GENERATION"] })).await;
    let does = async |method: Method, edge: &str, body: Value| bench.cloud(method, &format!("/v26.0/{flow}{edge}"), body).await;
    assert_eq!(code(&does(Method::POST, "/publish", json!({})).await), 139_002, "it has no pages");
    let (_, faulty) = upload(&bench, &flow, "{ \"version\": \"7.2\" }").await;
    assert_eq!(faulty["validation_errors"][0]["error"], "MISSING_PROPERTY");
    assert_eq!(node(&bench, &flow, "validation_errors").await["validation_errors"][0]["error"], "MISSING_PROPERTY");
    assert_eq!(upload(&bench, &flow, &pages()).await.1["validation_errors"], json!([]));
    assert_eq!(does(Method::POST, "", json!({ "name": "leads", "endpoint_uri": "https://example.com/form" })).await.0, 200);
    assert_eq!(
        node(&bench, &flow, "name,status,json_version,endpoint_uri").await,
        json!({ "id": flow, "name": "leads", "status": "DRAFT", "json_version": "7.2", "endpoint_uri": "https://example.com/form" })
    );
    let (_, assets) = does(Method::GET, "/assets", Value::Null).await;
    let link = assets["data"][0]["download_url"].as_str().expect("a link").to_owned();
    let path = &link[link.find("/whatsapp_business").expect("a path")..];
    assert_eq!(bench.cloud(Method::GET, path, Value::Null).await.1, serde_json::from_str::<Value>(&pages()).expect("JSON"));

    assert_eq!(code(&does(Method::POST, "/deprecate", json!({})).await), 139_003, "a draft");
    assert_eq!(does(Method::POST, "/publish", json!({})).await.0, 200);
    assert_eq!(code(&upload(&bench, &flow, &pages()).await), 139_001, "published");
    assert_eq!(code(&does(Method::DELETE, "", Value::Null).await), 139_004, "published");
    assert_eq!(does(Method::POST, "/deprecate", json!({})).await.0, 200);
    assert_eq!(node(&bench, &flow, "status").await["status"], "DEPRECATED");
    assert_eq!(code(&does(Method::POST, "/publish", json!({})).await), 139_002, "deprecated");
}

#[tokio::test]
async fn forms_are_listed_in_pages_cloned_made_at_once_and_drafts_are_deleted() {
    let bench = Bench::new();
    let whole = json!({ "name": "one", "categories": "[\"OTHER\"]", "flow_json": pages(), "publish": true });
    let first = made(&bench, whole).await;
    assert_eq!(node(&bench, &first, "status").await["status"], "PUBLISHED");
    let second = made(&bench, json!({ "name": "two", "categories": ["SURVEY"], "clone_flow_id": first })).await;
    assert_eq!(node(&bench, &second, "status,json_version").await, json!({ "id": second, "status": "DRAFT", "json_version": "7.2" }));
    let (_, page) = bench.cloud(Method::GET, &format!("/v26.0/{WABA}/flows?limit=1"), Value::Null).await;
    assert_eq!(page["data"].as_array().map(Vec::len), Some(1));
    let after = page["paging"]["cursors"]["after"].as_str().expect("a cursor");
    let (_, rest) = bench.cloud(Method::GET, &format!("/v26.0/{WABA}/flows?limit=1&after={after}"), Value::Null).await;
    let mut names = [&page, &rest].map(|page| page["data"][0]["name"].as_str().expect("a name").to_owned());
    names.sort();
    assert_eq!(names, ["one", "two"]);
    assert_eq!(bench.cloud(Method::DELETE, &format!("/v26.0/{second}"), Value::Null).await.0, 200);
    assert_eq!(bench.cloud(Method::GET, &format!("/v26.0/{second}"), Value::Null).await.0, 400);
    let wrong = bench.cloud(Method::POST, &format!("/v26.0/{WABA}/flows"), json!({ "name": "x", "categories": ["FUN"] })).await;
    assert_eq!(code(&wrong), 100);
}

#[tokio::test]
async fn one_authentication_template_is_written_in_many_languages_and_again() {
    let bench = Bench::new();
    let components = json!([{ "type": "BODY", "add_security_recommendation": true }, { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE" }] }]);
    let body = json!({ "name": "code", "category": "AUTHENTICATION", "languages": ["en_US", "es_ES"], "components": components });
    let path = format!("/v26.0/{WABA}/upsert_message_templates");
    let (status, answer) = bench.cloud(Method::POST, &path, body.clone()).await;
    assert_eq!(status, 200, "{answer}");
    let ids = |answer: &Value| answer["data"].as_array().expect("rows").iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!((ids(&answer).len(), &answer["data"][1]["language"]), (2, &json!("es_ES")));
    bench.pass(model::Millis::from_mins(1)).await;
    let (status, again) = bench.cloud(Method::POST, &path, body.clone()).await;
    assert_eq!((status, ids(&again)), (200, ids(&answer)), "{again}");
    let mut utility = body;
    utility["category"] = json!("UTILITY");
    assert_eq!(code(&bench.cloud(Method::POST, &path, utility).await), 100);
}

#[tokio::test]
async fn the_shops_switches_keep_what_is_not_given() {
    let bench = Bench::new();
    let path = format!("/v26.0/{NUMBER}/whatsapp_commerce_settings");
    assert_eq!(bench.cloud(Method::POST, &format!("{path}?is_catalog_visible=true"), Value::Null).await.1, json!({ "success": true }));
    let (_, settings) = bench.cloud(Method::GET, &path, Value::Null).await;
    assert_eq!(settings["data"], json!([{ "id": NUMBER, "is_cart_enabled": true, "is_catalog_visible": true }]));
    assert_eq!(code(&bench.cloud(Method::POST, &format!("{path}?is_cart_enabled=perhaps"), Value::Null).await), 100);
}
