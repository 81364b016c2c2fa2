//! Sends whose outcome nobody knows: never repeated blindly.

use model::Millis;
use serde_json::{Value, json};
use simulator::Line;

use crate::common::{Bench, says, text};

const PHONE: &str = "+12025550123";

fn note(contact: &str, channel: &str) -> Value {
    json!({ "contact": contact, "purpose": "transactional", "channels": [{ "channel": channel, "content": { "type": "text", "body": "Your table is ready." } }] })
}

/// The provider takes the message and the line breaks before its answer: no second call, and the status settles it.
#[tokio::test]
async fn r_dedup_2_a_lost_answer_is_settled_by_the_status_and_never_repeated() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    let contact = bench.contact(PHONE).await;
    for channel in ["whatsapp", "sms"] {
        bench.knobs(|knobs| {
            knobs.answer_lost_percent = 100;
            knobs.delay_ms = (30_000, 30_000);
        });
        let message = bench.post("/v1/messages", note(&contact, channel)).await.expect_status(201).json;
        bench.advance(Millis::from_secs(2)).await;
        let path = format!("/v1/messages/{}", text(&message["id"]));
        assert_eq!(bench.get(&path).await["status"], "in_doubt", "{channel}");
        bench.knobs(|knobs| {
            knobs.answer_lost_percent = 0;
            knobs.delay_ms = (10, 80);
        });
        bench.advance(Millis::from_hours(1)).await;
        let settled = bench.get(&path).await;
        assert_eq!((text(&settled["status"]), &settled["attempts"]), ("delivered", &json!(1)), "{channel}: {settled:#}");
        assert!(settled["provider_id"].is_string());
    }
    assert_eq!(says(&bench.phone(PHONE)), ["Your table is ready."; 2], "one on each channel");
}

fn journey(rule: &str) -> String {
    format!(
        r#"
journey: doubtful
owner: front_desk
purpose: transactional
entry: {{ on: table_ready, key: event.id }}
goal: {{ none: "a test of doubt" }}
start: tell
steps:
  tell:
    send:
      whatsapp: {{ in_window: {{ text: "Your table is ready." }} }}
      max_lateness: 2h
      in_doubt: {rule}
      fallback: {{ not_delivered: {{ after: 1h, to: by_sms }}, any: by_sms }}
    next: done
  by_sms: {{ send: {{ sms: {{ text: "Table ready (SMS)." }}, max_lateness: 2h, fallback: {{ any: done }} }}, next: done }}
  done: {{ end: done }}
"#
    )
}

/// No answer and no status ever: after the time to settle it is the author's rule that decides, and it is recorded as unknown before.
#[tokio::test]
async fn r_dedup_2_what_never_settles_follows_the_authors_rule() {
    for (rule, whatsapp, sms) in [("drop", 1, 1), ("resend", 2, 0)] {
        let mut bench = Bench::new().await;
        bench.publish(&journey(rule)).await;
        bench.types(PHONE, Line::WhatsApp, "Hello");
        bench.settle().await;
        bench.knobs(|knobs| {
            knobs.answer_lost_percent = 100;
            knobs.drop_percent = 100;
        });
        let contact = bench.event("table_ready", PHONE, json!({ "id": "T-1" })).await;
        bench.advance(Millis::from_mins(5)).await;
        let doubtful = bench.sent(&format!("&contact={contact}")).await;
        assert_eq!((doubtful.len(), text(&doubtful[0]["status"])), (1, "in_doubt"), "{rule}");
        bench.knobs(|knobs| {
            knobs.answer_lost_percent = 0;
            knobs.drop_percent = 0;
        });
        bench.advance(Millis::from_hours(3)).await;
        let phone = bench.phone(PHONE);
        let on = |line: Line| phone.iter().filter(|entry| entry.line == line).count();
        assert_eq!((on(Line::WhatsApp), on(Line::Sms)), (whatsapp, sms), "{rule}: {:?}", says(&phone));
        let kinds: Vec<_> = bench.timeline(&contact).await.iter().map(|line| text(&line["kind"]).to_owned()).collect();
        assert!(kinds.iter().any(|kind| kind == "message_in_doubt"), "{rule}: {kinds:?}");
    }
}

/// Providers that found nobody during a downtime come again: what people wrote meanwhile is not lost, and not doubled.
#[tokio::test]
async fn what_was_written_during_a_downtime_arrives_afterwards() {
    let bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "Anybody there?");
    bench.types(PHONE, Line::Sms, "Hello?");
    let mut bench = bench.downtime(Millis::from_mins(30)).await;
    assert_eq!(bench.list("/v1/messages").await, [Value::Null; 0]);
    bench.advance(Millis::from_hours(3)).await;
    let mut heard: Vec<_> =
        bench.list("/v1/messages?direction=in").await.iter().map(|one| text(&one["received"]["body"]).to_owned()).collect();
    heard.sort_unstable();
    assert_eq!(heard, ["Anybody there?", "Hello?"]);
}

/// A status may be faster than the answer to the very call: the message is known by our own id, and ends delivered, once.
#[tokio::test]
async fn a_status_that_overtakes_its_answer_counts() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    bench.knobs(|knobs| {
        knobs.status_before_answer_percent = 100;
        knobs.duplicate_percent = 100;
    });
    let contact = bench.contact(PHONE).await;
    for channel in ["whatsapp", "sms"] {
        let message = bench.post("/v1/messages", note(&contact, channel)).await.expect_status(201).json;
        bench.advance(Millis::from_mins(1)).await;
        let message = bench.get(&format!("/v1/messages/{}", text(&message["id"]))).await;
        assert_eq!((text(&message["status"]), &message["attempts"]), ("delivered", &json!(1)), "{channel}");
    }
    assert_eq!(bench.truth().len(), 2);
    assert_eq!(bench.list("/v1/parked_signals").await, [Value::Null; 0]);
}
