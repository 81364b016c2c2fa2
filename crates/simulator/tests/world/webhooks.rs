//! How webhooks travel: retries, duplicates, order, loss, batches, routes.

use http::Method;
use model::Millis;
use serde_json::{Value, json};
use simulator::{HandshakeScope, Line, Persona};

use crate::common::{Bench, NUMBER, WABA, wamid};

const PHONE: &str = "+12025550123";

async fn knobs(bench: &Bench, patch: Value) {
    assert_eq!(bench.control(Method::PATCH, "/_sim/knobs", patch).await.0, 200);
}

#[tokio::test]
async fn a_webhook_is_retried_with_growing_gaps_until_it_gets_200() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    bench.forget();
    bench.answer_with(204);
    bench.sim.with(|w| w.person_types(person, Line::WhatsApp, None, "anybody?")).expect("a text");
    bench.pass(Millis::from_mins(3)).await;
    let tries = bench.posts();
    assert_eq!(tries.len(), 5, "0 s, 1 s, 6 s, 36 s, 156 s");
    assert!(tries.windows(2).all(|pair| pair[0].body == pair[1].body && pair[0].headers == pair[1].headers));
    bench.answer_with(200);
    bench.pass(Millis::from_hours(1)).await;
    assert_eq!(bench.posts().len(), 6);
    assert_eq!(bench.sim.with(|w| w.webhook_backlog()), 0);
    let entry = bench.sim.with(|w| w.person(person).and_then(|p| p.thread.last().cloned())).expect("a message");
    assert!(entry.delivered_at.is_some());
}

#[tokio::test]
async fn an_outage_of_the_callback_loses_nothing() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    bench.forget();
    knobs(&bench, json!({ "callbacks_down": true })).await;
    for n in 0..10 {
        bench.sim.with(|w| w.person_types(person, Line::WhatsApp, None, &n.to_string())).expect("a text");
        bench.pass(Millis::from_mins(10)).await;
    }
    assert!(bench.posts().is_empty());
    knobs(&bench, json!({ "callbacks_down": false })).await;
    bench.pass(Millis::from_hours(5)).await;
    let mut texts: Vec<String> = bench.inbound().iter().map(|m| m["text"]["body"].as_str().unwrap_or_default().to_owned()).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 10);
}

#[tokio::test]
async fn knobs_make_duplicates_losses_and_disorder() {
    let run = async |patch: Value| {
        let bench = Bench::new();
        let person = bench.person(PHONE, Persona::Manual, true).await;
        bench.forget();
        knobs(&bench, patch).await;
        for n in 0..40 {
            bench.sim.with(|w| w.person_types(person, Line::WhatsApp, None, &format!("{n:02}"))).expect("a text");
            bench.pass(Millis::from_secs(1)).await;
        }
        bench.pass(Millis::from_mins(2)).await;
        bench.inbound().iter().map(|m| m["text"]["body"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let plain = run(json!({})).await;
    assert!(plain.len() == 40 && plain.is_sorted());
    assert_eq!(run(json!({ "duplicate_percent": 100 })).await.len(), 80);
    let lossy = run(json!({ "drop_percent": 30 })).await.len();
    assert!((15..40).contains(&lossy), "{lossy}");
    let mut mixed = run(json!({ "reorder_percent": 40 })).await;
    assert!(!mixed.is_sorted());
    mixed.sort();
    assert_eq!(mixed, plain);
}

#[tokio::test]
async fn updates_travel_together_when_batches_are_allowed() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    bench.forget();
    knobs(&bench, json!({ "batch_size": 100 })).await;
    bench.sim.with(|w| {
        for n in 0..250 {
            w.person_types(person, Line::WhatsApp, None, &n.to_string()).expect("a text");
        }
    });
    bench.pass(Millis::from_secs(5)).await;
    assert_eq!(bench.posts().iter().map(|p| p.json()["entry"].as_array().map_or(0, Vec::len)).collect::<Vec<_>>(), [100, 100, 50]);
}

#[tokio::test]
async fn read_can_come_without_delivered_and_carries_the_price_then() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Confirms, true).await;
    knobs(&bench, json!({ "read_without_delivered_percent": 100 })).await;
    let id = wamid(&bench.send_text(PHONE, "hello").await);
    bench.pass(Millis::from_hours(5)).await;
    assert_eq!(bench.statuses(&id), ["sent", "read"]);
    assert!(bench.status_rows(&id)[1]["pricing"].is_object());
}

#[tokio::test]
async fn the_sent_status_can_overtake_the_http_answer() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    knobs(&bench, json!({ "status_before_answer_percent": 100 })).await;
    let id = wamid(&bench.send_text(PHONE, "hello").await);
    assert_eq!(bench.statuses(&id), ["sent"], "no time has passed since the request");
}

#[tokio::test]
async fn a_lost_answer_was_carried_out_and_a_refusal_was_not() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    knobs(&bench, json!({ "answer_lost_percent": 100 })).await;
    assert_eq!(bench.send_text(PHONE, "in doubt").await.1, Value::Null);
    knobs(&bench, json!({ "answer_lost_percent": 0, "refuse_percent": 100 })).await;
    assert_eq!(bench.send_text(PHONE, "refused").await.1["error"]["code"], 131016);
    knobs(&bench, json!({ "refuse_percent": 0, "apis_down": true })).await;
    let (status, body) = bench.send_text(PHONE, "down").await;
    assert_eq!((status, body["error"]["code"].as_u64(), body["error"]["is_transient"].as_bool()), (503, Some(2), Some(true)));
    bench.pass(Millis::from_hours(5)).await;
    let truth: Vec<String> = bench.sim.with(|w| w.ground_truth()).into_iter().map(|r| r.text).collect();
    assert_eq!(truth, ["in doubt"]);
    let statuses = bench.values("messages").into_iter().filter(|v| v["statuses"][0]["biz_opaque_callback_data"] == "in doubt").count();
    assert_eq!(statuses, 2, "sent and delivered settle the doubt");
}

#[tokio::test]
async fn overrides_route_messages_after_a_handshake() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    let apps = format!("/v26.0/{WABA}/subscribed_apps");
    let wrong = bench
        .cloud(Method::POST, &apps, json!({ "override_callback_uri": "http://receiver.example.com/waba", "verify_token": "no" }))
        .await;
    assert_eq!(wrong.0, 400, "{}", wrong.1);
    let right = bench
        .cloud(Method::POST, &apps, json!({ "override_callback_uri": "http://receiver.example.com/waba", "verify_token": "vt" }))
        .await;
    assert_eq!(right, (200, json!({ "success": true })));
    let number =
        json!({ "webhook_configuration": { "override_callback_uri": "http://receiver.example.com/number", "verify_token": "vt" } });
    let say = async |text: &str| {
        bench.forget();
        bench.sim.with(|w| w.person_types(person, Line::WhatsApp, None, text)).expect("a text");
        bench.pass(Millis::from_secs(5)).await;
        bench.posts().first().map(|p| p.url.rsplit('/').next().unwrap_or_default().to_owned())
    };
    assert_eq!(say("a").await.as_deref(), Some("waba"));
    bench.cloud(Method::POST, &format!("/v26.0/{NUMBER}"), number).await;
    assert_eq!(say("b").await.as_deref(), Some("number"));
    let (_, node) = bench.cloud(Method::GET, &format!("/v26.0/{NUMBER}?fields=webhook_configuration"), Value::Null).await;
    assert_eq!(node["webhook_configuration"]["phone_number"], "http://receiver.example.com/number");
    bench.cloud(Method::POST, &format!("/v26.0/{NUMBER}"), json!({ "webhook_configuration": { "override_callback_uri": "" } })).await;
    bench.cloud(Method::POST, &apps, Value::Null).await;
    assert_eq!(say("c").await.as_deref(), Some("wa"));
    bench.cloud(Method::DELETE, &apps, Value::Null).await;
    assert_eq!(say("d").await, None, "unsubscribed");
    bench.sim.with(|w| w.set_callback(HandshakeScope::Waba, None));
    assert_eq!(say("e").await.as_deref(), Some("wa"));
}
