//! What tokens are worth, where the app's webhooks go, and flows as objects.

use axum::body::Body;
use http::{Method, Request};
use model::Millis;
use serde_json::{Value, json};
use simulator::{Persona, TokenState};

use crate::common::{Bench, NUMBER, code};

const WABA: &str = "102290129340398";
const APP: &str = "670843887433847";

async fn get(bench: &Bench, path: &str) -> (u16, Value) {
    bench.cloud(Method::GET, path, Value::Null).await
}

#[tokio::test]
async fn a_token_does_what_its_permissions_say_until_it_ends() {
    let bench = Bench::new();
    bench.person("+12025550123", Persona::Manual, true).await;
    let debug = "/v26.0/debug_token?input_token=sim-token";
    let found = get(&bench, debug).await.1["data"].clone();
    assert_eq!((&found["is_valid"], &found["expires_at"], &found["app_id"]), (&json!(true), &json!(0), &json!(APP)));
    assert_eq!(get(&bench, "/v26.0/debug_token?input_token=other").await.1["data"]["is_valid"], false);

    let numbers = format!("/v26.0/{WABA}/phone_numbers");
    let only = |scope: &str| TokenState { scopes: vec![scope.to_owned()], ..TokenState::default() };
    bench.sim.with(|world| world.set_token("sim-token", only("whatsapp_business_messaging")));
    assert_eq!(code(&get(&bench, &numbers).await), 10);
    assert_eq!(bench.send_text("+12025550123", "Hello").await.0, 200);
    bench.sim.with(|world| world.set_token("sim-token", only("whatsapp_business_management")));
    assert_eq!(get(&bench, &numbers).await.0, 200);
    assert_eq!(code(&bench.send_text("+12025550123", "Hello").await), 10);

    let soon = bench.sim.now() + Millis::from_mins(1);
    bench.sim.with(|world| world.set_token("sim-token", TokenState { expires: Some(soon), ..TokenState::default() }));
    assert_eq!(get(&bench, &numbers).await.0, 200);
    bench.pass(Millis::from_mins(2)).await;
    let ended = get(&bench, &numbers).await;
    assert_eq!((ended.0, code(&ended), &ended.1["error"]["error_subcode"]), (401, 190, &json!(463)));
}

#[tokio::test]
async fn where_an_app_is_called_is_told_to_the_app_only() {
    let bench = Bench::new();
    bench.sim.with(|world| world.set_app_callback(Some("https://app.example.com/hook")));
    let path = format!("/v26.0/{APP}/subscriptions");
    assert_eq!(get(&bench, &path).await.0, 400, "not by a system user's token");
    let request = Request::get(&path).header("authorization", format!("Bearer {APP}|sim-app-secret"));
    let (status, told) = bench.call(bench.sim.cloud_router(), request.body(Body::empty()).expect("a request")).await;
    let row = &told["data"][0];
    assert_eq!((status, &row["callback_url"], &row["active"]), (200, &json!("https://app.example.com/hook"), &json!(true)));
    assert!(row["fields"].as_array().is_some_and(|fields| fields.iter().any(|field| field["name"] == "messages")), "{row}");
}

#[tokio::test]
async fn a_flow_is_published_only_with_pages_that_end() {
    let bench = Bench::new();
    let made = bench.cloud(Method::POST, &format!("/v26.0/{WABA}/flows"), json!({ "name": "lead", "categories": ["OTHER"] })).await;
    let id = made.1["id"].as_str().expect("an id").to_owned();
    assert_eq!(get(&bench, &format!("/v26.0/{id}")).await.1["status"], "DRAFT");
    assert_eq!(bench.cloud(Method::POST, &format!("/v26.0/{id}/publish"), json!({})).await.0, 400, "it has no pages");
    let key =
        bench.cloud(Method::POST, &format!("/v26.0/{NUMBER}/whatsapp_business_encryption"), json!({ "business_public_key": "x" })).await;
    assert_eq!(code(&key), 100, "no key");
    assert_eq!(get(&bench, &format!("/v26.0/{NUMBER}/whatsapp_business_encryption")).await.1["data"], Value::Null);
}
