//! Broadcasts: from the file to the last recipient's explained end.

use std::collections::BTreeMap;

use model::Millis;
use serde_json::{Value, json};
use simulator::Line;

use crate::common::{Bench, says, text};

const FILE: &str = "broadcast: spring_offer\npurpose: promotional\ntopic: offers\naudience: { where: \"contact.city == 'Lisbon'\" }\nsend:\n  sms: { text: \"Hello {{ contact.first_name }}, spring is here\" }\n  max_lateness: 24h\n";

fn phone(n: u32) -> String {
    format!("+1202555{n:04}")
}

impl Bench {
    /// Somebody in Lisbon; with or without consent to offers by SMS.
    async fn recipient(&self, n: u32, agreed: bool) -> String {
        let body = json!({ "phone": phone(n), "time_zone": "America/New_York", "attributes": { "first_name": "Sam", "city": "Lisbon" } });
        let id = text(&self.post("/v1/contacts", body).await.json["id"]).to_owned();
        if agreed {
            self.opt_in(&id, &phone(n), "sms").await;
        }
        id
    }

    async fn broadcast(&self, source: &str) -> String {
        text(&self.post("/v1/broadcasts", json!({ "source": source })).await.expect_status(201).json["id"]).to_owned()
    }

    async fn turn(&self, id: &str, body: Value) -> Value {
        self.post(&format!("/v1/broadcasts/{id}/turns"), body).await.expect_status(200).json
    }

    /// The rows by contact.
    async fn rows(&self, id: &str) -> BTreeMap<String, Value> {
        let rows = self.list(&format!("/v1/broadcasts/{id}/recipients")).await;
        rows.into_iter().map(|row| (text(&row["contact"]).to_owned(), row)).collect()
    }
}

/// Whoever looks at a recipient sees what became of them, and why.
#[tokio::test]
async fn a30_every_recipient_of_a_broadcast_ends_once_and_is_explained() {
    let mut bench = Bench::new().await;
    let reached = bench.recipient(101, true).await;
    let silent = bench.recipient(102, false).await;
    let opted_out = bench.recipient(103, true).await;
    bench.types(&phone(103), Line::Sms, "STOP");
    let capped = bench.recipient(104, true).await;
    let replies = bench.recipient(105, true).await;
    let leaves = bench.recipient(106, true).await;
    let elsewhere = bench.contact(&phone(107)).await;
    bench.settle().await;
    // One promotional message a day is the limit.
    let note = json!({ "contact": capped, "purpose": "promotional", "channels": [{ "channel": "sms", "content": { "type": "text", "body": "A first offer" } }] });
    bench.post("/v1/messages", note).await.expect_status(201);
    // Long enough ago to be no contest any more.
    bench.advance(Millis::from_mins(5)).await;

    let id = bench.broadcast(FILE).await;
    bench.turn(&id, json!({ "act": "freeze" })).await;
    bench.settle().await;
    let preview = bench.post(&format!("/v1/broadcasts/{id}/preview"), json!({})).await.expect_status(200).json;
    assert_eq!((&preview["recipients"], &preview["would_go"]), (&json!(6), &json!(3)), "{preview:#}");
    assert_eq!(preview["samples"][0]["text"], "Hello Sam, spring is here");
    assert!(preview["costs"][0]["amount"]["micros"].as_i64().is_some_and(|micros| micros > 0), "{preview:#}");
    bench.turn(&id, json!({ "act": "start" })).await;
    bench.advance(Millis::from_mins(2)).await;
    bench.types(&phone(105), Line::Sms, "Do you have it in blue?");
    bench.types(&phone(106), Line::Sms, "STOP");
    bench.settle().await;

    let rows = bench.rows(&id).await;
    assert_eq!(rows.len(), 6);
    assert!(!rows.contains_key(&elsewhere));
    let state =
        |contact: &String| (text(&rows[contact]["state"]).to_owned(), rows[contact]["code"].as_str().unwrap_or_default().to_owned());
    assert_eq!(state(&reached), ("delivered".to_owned(), String::new()));
    assert_eq!(state(&silent).0, "silent");
    assert_eq!(state(&opted_out).0, "silent");
    assert_ne!(state(&silent).1, state(&opted_out).1, "never agreed, and withdrawn");
    assert_eq!(state(&capped), ("silent".to_owned(), "capped".to_owned()));
    assert!(rows[&replies]["replied_at"].is_string() && rows[&replies]["opted_out_at"].is_null());
    assert!(rows[&leaves]["opted_out_at"].is_string() && rows[&leaves]["replied_at"].is_null());
    for row in rows.values() {
        let decision = bench.get(&format!("/v1/decisions/{}", text(&row["decision"]))).await;
        assert_eq!(decision["wanted"]["origin"]["by"], "broadcast");
    }
    let view = bench.get(&format!("/v1/broadcasts/{id}")).await;
    assert_eq!((text(&view["state"]), &view["progress"]["replied"], &view["progress"]["opted_out"]), ("completed", &json!(1), &json!(1)));
    assert_eq!(view["progress"]["states"], json!({ "delivered": 3, "silent": 3 }));
    assert_eq!(says(&bench.phone(&phone(101))), ["Hello Sam, spring is here"]);
    assert_eq!(bench.phone(&phone(102)).len(), 0);
}

/// The limit is in the policy; what is missing is listed, and four eyes are four eyes.
#[tokio::test]
async fn a30_a_large_broadcast_needs_approval_holdout_and_a_seen_price() {
    let mut bench = Bench::new().await;
    bench.stage.rules(|rules| rules.broadcasts.above = 3).await.expect("rules");
    for n in 0..4 {
        bench.recipient(110 + n, true).await;
    }
    let id = bench.broadcast(FILE).await;
    bench.turn(&id, json!({ "act": "freeze" })).await;
    bench.settle().await;
    let start = format!("/v1/broadcasts/{id}/turns");
    let refused = bench.post(&start, json!({ "act": "start" })).await.expect_status(409).json;
    let missing: Vec<_> = refused["missing"].as_array().expect("a list").iter().map(|one| text(&one["item"]).to_owned()).collect();
    assert_eq!(
        (text(&refused["code"]), missing),
        ("broadcast_incomplete", vec!["approval".to_owned(), "holdout".to_owned(), "preview".to_owned()])
    );
    // The key belongs to whoever wrote it.
    bench.post(&format!("/v1/broadcasts/{id}/approval"), json!({})).await.expect_status(409);
    bench.advance(Millis::from_hours(2)).await;
    assert_eq!(bench.sent("").await.len(), 0);
}

/// The product dies while a broadcast is under way, and starts again: nobody is forgotten, nobody gets it twice.
#[tokio::test]
async fn a30_a_restart_in_the_middle_of_a_broadcast_loses_and_doubles_nobody() {
    let mut bench = Bench::new().await;
    for n in 0..30 {
        bench.recipient(200 + n, true).await;
    }
    let id = bench.broadcast(&FILE.replace("send:", "per_minute: 60\nsend:")).await;
    bench.turn(&id, json!({ "act": "start" })).await;
    bench.advance(Millis::from_secs(10)).await;
    let before = bench.get(&format!("/v1/broadcasts/{id}")).await;
    assert_eq!(text(&before["state"]), "running");
    let mut bench = bench.downtime(Millis::from_mins(5)).await;
    // Statuses that found nobody come again by the provider's own schedule.
    bench.advance(Millis::from_hours(3)).await;
    let view = bench.get(&format!("/v1/broadcasts/{id}")).await;
    assert_eq!((text(&view["state"]), &view["progress"]["states"]), ("completed", &json!({ "delivered": 30 })), "{view:#}");
    for n in 0..30 {
        assert_eq!(bench.phone(&phone(200 + n)).len(), 1);
    }
}

/// Nothing leaves after the answer to a pause; going on finishes it; a stop says why.
#[tokio::test]
async fn a30_a_pause_and_a_stop_hold_from_their_answer_on() {
    let mut bench = Bench::new().await;
    for n in 0..20 {
        bench.recipient(300 + n, true).await;
    }
    let source = FILE.replace("send:", "per_minute: 60\nsend:");
    let id = bench.broadcast(&source).await;
    bench.turn(&id, json!({ "act": "start" })).await;
    bench.advance(Millis::from_secs(5)).await;
    bench.turn(&id, json!({ "act": "pause", "reason": "a look" })).await;
    let before = bench.sent("").await.iter().filter(|message| message["status"] != "queued").count();
    bench.advance(Millis::from_mins(10)).await;
    let after = bench.sent("").await.iter().filter(|message| message["status"] != "queued").count();
    assert!(before > 0 && before == after, "{before} before, {after} after");
    bench.turn(&id, json!({ "act": "resume" })).await;
    bench.advance(Millis::from_secs(4)).await;
    bench.turn(&id, json!({ "act": "stop", "reason": "the price is wrong" })).await;
    bench.settle().await;
    let view = bench.get(&format!("/v1/broadcasts/{id}")).await;
    let delivered = view["progress"]["states"]["delivered"].as_u64().expect("some");
    assert_eq!((text(&view["state"]), &view["progress"]["states"]["cancelled"]), ("stopped", &json!(20 - delivered)), "{view:#}");
    let cancelled = bench.list(&format!("/v1/broadcasts/{id}/recipients?state=cancelled")).await;
    assert!(cancelled.iter().all(|row| row["code"] == "stopped" && row["reason"].is_string()));
}
