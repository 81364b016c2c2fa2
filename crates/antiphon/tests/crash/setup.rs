//! Makes an empty installation ready through its public API alone: sign in, key, senders, templates, journey.

use std::time::Duration;

use http_client::Method;
use serde_json::{Value, json};

use crate::http::Client;
use crate::process::World;

const VISIT: &str = include_str!("visit.yaml");
pub const JOURNEYS: [&str; 4] = ["visit", "visit_once", "note", "offer"];
/// The simulated business's SMS number, as the simulator's default configuration has it.
const SMS_NUMBER: &str = "+12025550100";
const WHATSAPP_NUMBER: &str = "+15550783881";

/// Signs the owner in with the link and makes a key with every right. Later calls use the key.
pub async fn key(client: &Client, link: &str) -> Client {
    let token = link.split_once("token=").expect("a token in the link").1;
    let (headers, (status, session)) =
        client.once(Method::POST, "/v1/session", Some(&json!({ "token": token }))).await.expect("an answer to the sign-in");
    assert!(status == 200, "signing in answered {status}: {session}");
    let cookie = headers["set-cookie"].to_str().expect("a cookie").split(';').next().unwrap_or_default().to_owned();
    let owner = client.with("cookie", cookie).with("x-antiphon-csrf", "1");
    let scopes = session["scopes"].clone();
    let made = owner.post("/v1/api_keys", json!({ "name": "Force tests", "scopes": scopes })).await;
    client.with("authorization", format!("Bearer {}", made["secret"].as_str().expect("a secret")))
}

/// Connects both channels to the simulator, and the simulator's webhooks to the server.
pub async fn connect(api: &Client, url: &str, world: &World) {
    let whatsapp = json!({
        "name": "WhatsApp", "address": WHATSAPP_NUMBER, "per_second": 80,
        "provider": { "kind": "whatsapp_cloud", "phone_number_id": "106540352242922", "waba_id": "102290129340398",
            "access_token": world.token, "app_secret": "sim-app-secret", "verify_token": "crash-verify", "base_url": world.cloud },
    });
    let sms = json!({
        "name": "SMS", "address": SMS_NUMBER, "per_second": 40,
        "provider": { "kind": "twilio", "account_sid": "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "auth_token": "sim-auth-token",
            "base_url": world.twilio },
    });
    let path = |sender: &Value| format!("{url}{}", sender["webhook_path"].as_str().expect("a webhook path"));
    let whatsapp = path(&api.post("/v1/senders", whatsapp).await);
    let sms = path(&api.post("/v1/senders", sms).await);
    world.control.send(Method::PATCH, "/_sim/callbacks", json!({ "app": whatsapp, "sms": { SMS_NUMBER: sms } })).await;
}

/// Templates are written, handed in and approved; then the journeys are published. Offers may go at any hour, as often as they are made.
pub async fn publish(api: &Client) {
    let mut policy = api.get("/v1/policy").await;
    policy["quiet_hours"] = json!([]);
    policy["caps"] = json!([]);
    policy["contest"]["horizon"] = json!({});
    // A person who has the conversation holds offers back; the shortest time after which the gate is asked again.
    policy["hold_recheck"] = json!(60_000);
    api.send(Method::PUT, "/v1/policy", policy).await;
    let question = json!({ "body": "Visit {{visit}} is near. Will you come?",
        "buttons": [{ "kind": "quick_reply", "id": "confirm", "title": "Confirm" },
                    { "kind": "quick_reply", "id": "reschedule", "title": "Reschedule" }] });
    template(api, "visit_question", "transactional", ("visit", "V-1001"), question).await;
    template(api, "visit_note", "transactional", ("note", "N-1001-1"), json!({ "body": "Please read note {{note}} now." })).await;
    let offer = json!({ "body": "Offer {{offer}} is for you. Write STOP to end these." });
    template(api, "visit_offer", "promotional", ("offer", "O-1001-1"), offer).await;
    let once =
        VISIT.replace("journey: visit\n", "journey: visit_once\n").replace("visit_booked", "visit_once_booked").replace("resend", "drop");
    for source in [VISIT, &once, include_str!("note.yaml"), include_str!("offer.yaml")] {
        api.post("/v1/journeys", json!({ "source": source })).await;
    }
}

async fn template(api: &Client, name: &str, purpose: &str, (variable, sample): (&str, &str), english: Value) {
    let template = json!({ "name": name, "purpose": purpose, "default_language": "en",
        "variables": [{ "name": variable, "sample": sample }], "languages": { "en": english } });
    let made = api.post("/v1/templates", template).await;
    let id = made["id"].as_str().expect("the template's id").to_owned();
    api.post(&format!("/v1/templates/{id}/submission"), json!({})).await;
    for _ in 0..200 {
        let state = api.get(&format!("/v1/templates/{id}")).await["languages"]["en"]["approval"]["state"].clone();
        if state == "approved" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the template {name} was never approved");
}
