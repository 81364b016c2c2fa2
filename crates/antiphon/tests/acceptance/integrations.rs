//! Other systems: what they tell us comes in once and in order, what we tell them arrives once.

use integrations::standard_webhooks::sign;
use model::{Clock as _, Draws, Millis, Rng as _};
use runtime::SystemClock;
use serde_json::{Value, json};
use simulator::hub_signature;

use crate::common::{Bench, text};

const PHONE: &str = "+12025550123";

const GREETING: &str = r#"
journey: greeting
owner: front_desk
purpose: transactional
entry: { on: ready, key: event.n }
goal: { none: "a test of order" }
start: tell
steps:
  tell: { send: { sms: { text: "{{ event_n }}seat {{ contact.seat }}" }, max_lateness: 1h, fallback: { any: done } }, next: done }
  done: { end: done }
"#;

/// A4: attributes and events in a random order, by three ways in; no message shows a value older than one that was acknowledged before its event.
#[tokio::test]
async fn a04_no_message_sees_an_attribute_older_than_one_acknowledged_before() {
    let mut bench = Bench::new().await;
    bench.publish(&GREETING.replace("{{ event_n }}", "{{ entry.n }}: ")).await;
    let mut draws = Draws::keyed(&[b"a04"]);
    let phones: Vec<String> = (0..20).map(|n| format!("+120255502{n:02}")).collect();
    let mut seats = vec![0_u64; phones.len()];
    let mut expected: std::collections::BTreeMap<(String, u64), u64> = std::collections::BTreeMap::new();
    let mut events = 0_u64;
    for step in 0..600_u64 {
        let who = usize::try_from(draws.below(phones.len() as u64)).expect("a small number");
        let (phone, seat) = (&phones[who], step + 1);
        match draws.below(4) {
            0 => {
                let contact = bench.contact(phone).await;
                let body = json!({ "attributes": { "seat": seat } });
                bench.call("PATCH", &format!("/v1/contacts/{contact}"), body).await.expect_status(200);
                seats[who] = seat;
            }
            1 => {
                bench.post("/v1/contacts", json!({ "phone": phone, "attributes": { "seat": seat } })).await;
                seats[who] = seat;
            }
            2 => {
                events += 1;
                let body = json!({ "name": "ready", "contact": { "phone": phone, "attributes": { "seat": seat } }, "properties": { "n": events } });
                bench.post("/v1/events", body).await.expect_status(202);
                seats[who] = seat;
                expected.insert((phone.clone(), events), seat);
            }
            _ if seats[who] > 0 => {
                events += 1;
                let body = json!({ "name": "ready", "contact": { "phone": phone }, "properties": { "n": events } });
                bench.post("/v1/events", body).await.expect_status(202);
                expected.insert((phone.clone(), events), seats[who]);
            }
            _ => {}
        }
        if draws.below(5) == 0 {
            bench.advance(Millis(i64::try_from(draws.below(2_000)).unwrap_or(0))).await;
        }
    }
    bench.advance(Millis::from_mins(10)).await;
    let truth = bench.truth();
    assert_eq!(truth.len(), expected.len(), "one message for each event");
    for row in truth {
        let (n, seat) = row.text.split_once(": seat ").expect("our text");
        let acknowledged = expected[&(row.phone.clone(), n.parse().expect("a number"))];
        assert!(seat.parse::<u64>().expect("a number") >= acknowledged, "{row:?} saw something older than {acknowledged}");
    }
}

/// A5: an endpoint that answers 500, 500, 200 gets one event; the API shows the three attempts.
#[tokio::test]
async fn a05_a_webhook_is_tried_until_it_is_taken_and_every_attempt_is_visible() {
    let mut bench = Bench::new().await;
    let endpoint = json!({ "url": "http://hooks.example.com/desk", "events": ["case_opened"] });
    let secret = bench.post("/v1/webhook_endpoints", endpoint).await.expect_status(201).json["secret"].clone();
    bench.stage.hooks.answer_with([500, 500, 200]);
    bench.types(PHONE, simulator::Line::Sms, "Hello, is anybody there?");
    bench.advance(Millis::from_hours(12)).await;
    let got = bench.stage.hooks.got();
    assert_eq!(got.iter().map(|hook| hook.answered).collect::<Vec<_>>(), [500, 500, 200]);
    let ids: std::collections::BTreeSet<_> = got.iter().map(|hook| hook.headers["webhook-id"].clone()).collect();
    assert_eq!(ids.len(), 1, "one event: the receiver can tell");
    for hook in &got {
        let header = |name: &str| hook.headers.get(name).and_then(|value| value.to_str().ok());
        let signed = integrations::standard_webhooks::Headers {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
        };
        integrations::standard_webhooks::verify(&[text(&secret)], &signed, &hook.raw, hook.at).expect("a signature that fits");
    }
    let deliveries = bench.list("/v1/webhook_deliveries").await;
    assert_eq!((deliveries.len(), text(&deliveries[0]["status"])), (1, "delivered"));
    let attempts: Vec<_> =
        deliveries[0]["attempts"].as_array().expect("attempts").iter().map(|attempt| attempt["status"].clone()).collect();
    assert_eq!(attempts, [500, 500, 200]);
}

/// A5: a signed event that comes five times has one effect; a bad signature none, and the audit log tells of it.
#[tokio::test]
async fn a05_a_replayed_source_event_has_one_effect_and_a_bad_signature_none() {
    let mut bench = Bench::new().await;
    bench.publish(&GREETING.replace("{{ event_n }}", "")).await;
    let made = bench.post("/v1/sources", json!({ "id": "booking_system", "title": "Booking system" })).await.expect_status(201).json;
    let secret = text(&made["secret"]).to_owned();
    let body = json!({ "type": "ready", "data": { "contact": { "phone": PHONE, "attributes": { "seat": 7 } }, "properties": { "n": 1 } } })
        .to_string();
    let now = SystemClock.now();
    let stamp = now.as_secs().to_string();
    let signature = sign(&secret, "msg_1", now, body.as_bytes()).expect("a signature");
    for round in 0..5 {
        let headers = [("webhook-id", "msg_1"), ("webhook-timestamp", stamp.as_str()), ("webhook-signature", signature.as_str())];
        let answer = bench.send("POST", "/sources/booking_system", &headers, body.clone()).await.expect_status(202);
        assert_eq!(answer.json["duplicate"], round > 0);
    }
    let forged = [("webhook-id", "msg_2"), ("webhook-timestamp", stamp.as_str()), ("webhook-signature", signature.as_str())];
    bench.send("POST", "/sources/booking_system", &forged, body).await.expect_status(401);
    bench.settle().await;
    assert_eq!(bench.truth().iter().map(|row| row.text.as_str()).collect::<Vec<_>>(), ["seat 7"]);
    let audit = bench.list("/v1/audit").await;
    let refused: Vec<_> = audit.iter().filter(|entry| entry["action"] == "webhook.bad_signature").collect();
    assert_eq!((refused.len(), text(&refused[0]["target"])), (1, "source:booking_system"));
}

/// R-DEDUP-1: the same webhook five times is one message.
#[tokio::test]
async fn r_dedup_1_the_same_webhook_five_times_is_one_message() {
    let mut bench = Bench::new().await;
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "102290129340398", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": { "display_phone_number": "15550783881", "phone_number_id": "106540352242922" },
        "contacts": [{ "profile": { "name": "Sample Customer" }, "wa_id": "12025550123" }],
        "messages": [{ "from": "12025550123", "id": "wamid.SAME", "timestamp": "1795453200", "type": "text", "text": { "body": "Only once" } }] } }] }] })
    .to_string();
    let signature = hub_signature("sim-app-secret", body.as_bytes());
    let path = format!("/webhooks/whatsapp/{}", antiphon::stage::WHATSAPP);
    for _ in 0..5 {
        bench.send("POST", &path, &[("x-hub-signature-256", &signature)], body.clone()).await.expect_status(200);
    }
    bench.settle().await;
    let received = bench.list("/v1/messages?direction=in").await;
    assert_eq!(received.iter().map(|message| &message["received"]["body"]).collect::<Vec<_>>(), [&Value::from("Only once")]);
    assert_eq!(bench.list("/v1/conversations").await[0]["unread"], 1);
    assert_eq!(bench.list("/v1/parked_signals").await, [Value::Null; 0]);
}

/// R-DEDUP-1: fifty callers report the same event at the same moment: one of them is the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r_dedup_1_the_same_event_from_many_at_once_has_one_effect() {
    use tower::ServiceExt as _;

    let mut bench = Bench::new().await;
    bench.publish(&GREETING.replace("{{ event_n }}", "")).await;
    let body = json!({ "name": "ready", "event_id": "booking-1", "contact": { "phone": PHONE, "attributes": { "seat": 3 } }, "properties": { "n": 1 } });
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let request = axum::http::Request::post("/v1/events")
            .header("authorization", format!("Bearer {}", bench.key()))
            .header("content-type", "application/json")
            .body(axum::body::Body::from(body.to_string()))
            .expect("a request");
        calls.spawn(bench.stage.router.clone().oneshot(request));
    }
    let mut first = 0;
    while let Some(answer) = calls.join_next().await {
        let answer = answer.expect("no panic").expect("an answer");
        assert_eq!(answer.status(), 202);
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let json: Value = serde_json::from_slice(&bytes).expect("JSON");
        first += usize::from(json["duplicate"] == false);
    }
    assert_eq!(first, 1);
    bench.settle().await;
    assert_eq!(bench.truth().len(), 1);
}
