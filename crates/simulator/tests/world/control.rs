//! The control API: phones, acts, settings, log.

use http::Method;
use model::Millis;
use serde_json::{Value, json};

use crate::common::{Bench, NUMBER, wamid};

const PHONE: &str = "+12025550123";

#[tokio::test]
async fn somebody_can_be_invited_played_and_looked_at() {
    let bench = Bench::new();
    let (status, phone) = bench.control(Method::POST, "/_sim/people", json!({ "name": "Customer A", "phone": PHONE })).await;
    assert_eq!(status, 200, "{phone}");
    let path = format!("/_sim/people/{}", phone["id"].as_str().expect("an id"));
    assert_eq!(bench.control(Method::POST, "/_sim/people", json!({ "name": "Again", "phone": PHONE })).await.0, 422);
    let act = async |what: &str, body: Value| bench.control(Method::POST, &format!("{path}/{what}"), body).await;
    assert_eq!(act("texts", json!({ "line": "whatsapp", "text": "Hi" })).await.0, 200);
    bench.pass(Millis::from_secs(5)).await;
    let buttons = json!([{ "type": "reply", "reply": { "id": "b1", "title": "Confirm" } }]);
    let body = json!({ "to": PHONE, "type": "interactive", "interactive": { "type": "button", "body": { "text": "Coming?" }, "action": { "buttons": buttons } } });
    let id = wamid(&bench.send(body).await);
    bench.pass(Millis::from_hours(4)).await;
    assert_eq!(act("taps", json!({ "message": id, "choice": "Confirm" })).await.0, 200);
    assert_eq!(act("taps", json!({ "message": id, "choice": "Dance" })).await.0, 422);
    assert_eq!(act("taps", json!({ "message": "wamid.x", "choice": "Confirm" })).await.0, 404);
    assert_eq!(act("files", json!({ "line": "whatsapp", "mime": "image/png", "base64": "iVBORw==" })).await.0, 200);
    assert_eq!(act("reactions", json!({ "message": id, "emoji": "🎉" })).await.0, 200);
    assert_eq!(act("messages", json!({ "kind": "location", "latitude": 1.5, "longitude": 2.0 })).await.0, 200);
    assert_eq!(bench.control(Method::PUT, &format!("{path}/marketing"), json!({ "wanted": false })).await.0, 200);
    bench.pass(Millis::from_secs(5)).await;
    let (_, phone) = bench.control(Method::GET, &path, Value::Null).await;
    let kinds: Vec<&str> = phone["whatsapp"].as_array().expect("a thread").iter().filter_map(|e| e["kind"].as_str()).collect();
    assert_eq!(kinds, ["text", "interactive", "interactive", "image", "location"]);
    assert_eq!(phone["whatsapp"][1]["reaction"], "🎉");
    assert_eq!(phone["windows"][0]["open"], true);
    assert_eq!(phone["marketing_stopped"], json!([NUMBER]));
    let (_, list) = bench.control(Method::GET, "/_sim/people?active=true", Value::Null).await;
    assert_eq!((list["total"].as_u64(), list["items"][0]["phone"].as_str()), (Some(1), Some(PHONE)));
    let (_, found) = bench.control(Method::GET, "/_sim/people?search=customer%20a", Value::Null).await;
    assert_eq!(found["total"], 1);
}

#[tokio::test]
async fn scripts_knobs_log_and_reset_work() {
    let bench = Bench::new();
    let person = bench.person(PHONE, simulator::Persona::Manual, true).await;
    let outcome = json!({ "line": "whatsapp", "outcome": { "what": "refuse", "code": 131031 } });
    assert_eq!(bench.control(Method::PUT, &format!("/_sim/people/{person}/outcome"), outcome).await.0, 200);
    let (status, body) = bench.send_text(PHONE, "x").await;
    assert_eq!((status, body["error"]["code"].as_u64()), (403, Some(131031)));
    assert_eq!(bench.control(Method::PATCH, "/_sim/knobs", json!({ "no_such_knob": 1 })).await.0, 422);
    let (_, log) = bench.control(Method::GET, "/_sim/exchanges?party=cloud_api", Value::Null).await;
    let last = log.as_array().and_then(|l| l.last()).expect("an exchange");
    assert_eq!((last["method"].as_str(), last["status"].as_u64()), (Some("POST"), Some(403)));
    assert!(last["request"].as_str().is_some_and(|r| r.contains("\"x\"")));
    assert!(!log.to_string().contains("sim-token"), "credentials stay out of the log");
    let (_, callbacks) = bench.control(Method::PATCH, "/_sim/callbacks", json!({ "app": "http://other.example.com/hook" })).await;
    assert_eq!(callbacks["app"], "http://other.example.com/hook");
    assert_eq!(bench.control(Method::POST, "/_sim/reset", json!({ "seed": 9 })).await.0, 200);
    let (_, status) = bench.control(Method::GET, "/_sim/status", Value::Null).await;
    assert_eq!((status["seed"].as_u64(), status["people"].as_u64()), (Some(9), Some(20)));
    assert_eq!(bench.control(Method::GET, "/_sim/exchanges", Value::Null).await.1, json!([]));
}

#[tokio::test]
async fn live_views_hear_of_changes() {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    let bench = Bench::new();
    let request = http::Request::get("/_sim/changes").body(axum::body::Body::empty()).expect("a request");
    let mut stream = bench.sim.control_router().oneshot(request).await.expect("an answer").into_body();
    let person = bench.person(PHONE, simulator::Persona::Manual, true).await;
    let mut heard = String::new();
    while !heard.contains("\"exchange\"") {
        let frame = stream.frame().await.expect("a frame").expect("no error");
        heard.push_str(std::str::from_utf8(frame.data_ref().expect("data")).expect("text"));
    }
    assert!(heard.contains(&format!("data: {{\"changed\":\"phone\",\"person\":\"{person}\"}}")), "{heard}");
}

#[tokio::test]
async fn the_page_is_one_file_without_outside_assets() {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    let bench = Bench::new();
    let request = http::Request::get("/").body(axum::body::Body::empty()).expect("a request");
    let body = bench.sim.control_router().oneshot(request).await.expect("an answer").into_body();
    let page = String::from_utf8(body.collect().await.expect("a body").to_bytes().to_vec()).expect("text");
    assert!(page.starts_with("<!doctype html>"));
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http") && !page.contains("@import"));
}

#[tokio::test]
async fn management_reads_answer_in_metas_shapes() {
    let bench = Bench::new();
    let person = bench.person(PHONE, simulator::Persona::Manual, true).await;
    let id = wamid(&bench.send_text(PHONE, "x").await);
    bench.pass(Millis::from_hours(4)).await;
    let (_, history) = bench.cloud(Method::GET, &format!("/v26.0/{NUMBER}/message_history?message_id={id}"), Value::Null).await;
    let events: Vec<&str> =
        history["data"][0]["events"]["data"].as_array().expect("events").iter().filter_map(|e| e["delivery_status"].as_str()).collect();
    assert_eq!(events, ["ACCEPTED", "SENT", "DELIVERED"]);
    let (_, health) = bench.cloud(Method::GET, &format!("/v26.0/{NUMBER}?fields=health_status"), Value::Null).await;
    assert_eq!(health["health_status"]["can_send_message"], "AVAILABLE");
    let profile = format!("/v26.0/{NUMBER}/whatsapp_business_profile");
    let body = json!({ "messaging_product": "whatsapp", "about": "Open 9 to 5", "websites": ["https://example.com"] });
    assert_eq!(bench.cloud(Method::POST, &profile, body).await.1["success"], true);
    assert_eq!(bench.cloud(Method::GET, &format!("{profile}?fields=about"), Value::Null).await.1["data"][0]["about"], "Open 9 to 5");
    let too_long = json!({ "messaging_product": "whatsapp", "about": "x".repeat(140) });
    assert_eq!(bench.cloud(Method::POST, &profile, too_long).await.0, 400);
    let blocks = format!("/v26.0/{NUMBER}/block_users");
    let users = json!({ "messaging_product": "whatsapp", "block_users": [{ "user": PHONE }, { "user": "+12125550101" }] });
    let (status, body) = bench.cloud(Method::POST, &blocks, users).await;
    assert_eq!((status, body["error"]["code"].as_u64()), (400, Some(139100)));
    assert_eq!(body["block_users"]["added_users"][0]["wa_id"], "12025550123");
    assert_eq!(body["block_users"]["failed_users"].as_array().map(Vec::len), Some(1));
    bench.forget();
    bench.sim.with(|w| w.person_types(person, simulator::Line::WhatsApp, None, "hello?")).expect("a text");
    bench.pass(Millis::from_secs(5)).await;
    assert!(bench.posts().is_empty(), "whom the business blocked is not heard");
}
