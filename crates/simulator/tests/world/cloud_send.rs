//! Sending through the Cloud API: answers, limits, errors, statuses.

use crate::common::{Bench, NUMBER, code, reminder, reminder_to, wamid};
use axum::body::Body;
use http::{Method, Request};
use model::Millis;
use serde_json::json;
use simulator::{Line, Persona, hub_signature};

const PHONE: &str = "+12025550123";

#[tokio::test]
async fn an_accepted_text_is_sent_delivered_and_read_with_signed_webhooks() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    let answer = bench.send_text("+1 (202) 555-0123", "Grüße 👍 a/b").await;
    assert_eq!(answer.1["contacts"][0], json!({ "input": "+1 (202) 555-0123", "wa_id": "12025550123" }));
    assert!(answer.1["messages"][0].get("message_status").is_none());
    let id = wamid(&answer);
    assert!(id.starts_with("wamid."));
    bench.pass(Millis::from_hours(4)).await;
    bench.sim.with(|w| w.person_reads(person, &id)).expect("reads");
    bench.pass(Millis::from_secs(5)).await;
    assert_eq!(bench.statuses(&id), ["sent", "delivered", "read"]);
    let rows = bench.status_rows(&id);
    assert!(rows.iter().all(|row| row["biz_opaque_callback_data"] == "Grüße 👍 a/b" && row["recipient_id"] == "12025550123"));
    assert!(rows[0]["recipient_user_id"].as_str().is_some_and(|id| id.starts_with("US.")));
    assert_eq!(
        rows[1]["pricing"],
        json!({ "billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service" })
    );
    assert!(rows[2].get("pricing").is_none() && rows[1].get("conversation").is_none());
    for post in bench.posts() {
        assert_eq!(post.header("x-hub-signature-256"), hub_signature("sim-app-secret", &post.body));
        assert!(post.body.is_ascii(), "non-ASCII travels escaped");
    }
}

#[tokio::test]
async fn any_version_prefix_or_none_is_served_and_a_token_is_needed() {
    let bench = Bench::new();
    for prefix in ["", "/v14.0", "/v26.0"] {
        let (status, body) = bench.cloud(Method::GET, &format!("{prefix}/{NUMBER}"), json!(null)).await;
        assert_eq!((status, body["id"].as_str()), (200, Some(NUMBER)), "{body}");
    }
    for authorization in ["", "Bearer wrong"] {
        let request =
            Request::get(format!("/v26.0/{NUMBER}")).header("authorization", authorization).body(Body::empty()).expect("a request");
        let answer = bench.call(bench.sim.cloud_router(), request).await;
        assert_eq!((answer.0, code(&answer)), (401, 190));
    }
    let answer = bench.cloud(Method::POST, "/v26.0/1/messages", json!({})).await;
    assert_eq!((answer.0, code(&answer), &answer.1["error"]["error_subcode"]), (400, 100, &json!(33)));
    assert_eq!(answer.1["error"]["type"], "GraphMethodException");
}

#[tokio::test]
async fn free_form_outside_the_window_fails_later_or_at_once_by_switch() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, false).await;
    let id = wamid(&bench.send_text(PHONE, "hi").await);
    bench.pass(Millis::from_secs(5)).await;
    assert_eq!(bench.statuses(&id), ["failed"]);
    let error = &bench.status_rows(&id)[0]["errors"][0];
    assert_eq!(error["code"], 131047);
    assert_eq!(
        error["error_data"]["details"],
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
    );
    let value = bench.values("messages").pop().expect("a value");
    assert!(value.get("contacts").is_none(), "failed statuses have no contacts");
    bench.control(Method::PATCH, "/_sim/knobs", json!({ "window_errors_sync": true })).await;
    let answer = bench.send_text(PHONE, "hi").await;
    assert_eq!((answer.0, code(&answer)), (400, 131047));
}

#[tokio::test]
async fn the_window_closes_24_hours_after_the_last_message() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    bench.pass(Millis::from_secs(24 * 3_600 - 3)).await;
    let open = wamid(&bench.send_text(PHONE, "still open").await);
    bench.pass(Millis::from_secs(10)).await;
    let closed = wamid(&bench.send_text(PHONE, "too late").await);
    bench.pass(Millis::from_secs(10)).await;
    assert_eq!(bench.statuses(&open).first().map(String::as_str), Some("sent"));
    assert_eq!(bench.statuses(&closed), ["failed"]);
}

#[tokio::test]
async fn the_pair_limit_lets_45_through_and_recovers_one_every_6_seconds() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    let mut codes = Vec::new();
    for n in 0..50 {
        codes.push(code(&bench.send_text(PHONE, &format!("m{n}")).await));
    }
    assert_eq!(codes.iter().filter(|c| **c == 0).count(), 45);
    assert!(codes[45..].iter().all(|c| *c == 131056));
    bench.pass(Millis::from_secs(6)).await;
    assert_eq!(code(&bench.send_text(PHONE, "later").await), 0);
    assert_eq!(code(&bench.send_text(PHONE, "too soon").await), 131056);
}

#[tokio::test]
async fn throughput_is_80_messages_a_second() {
    let mut config = crate::common::config();
    config.population.people = 120;
    let bench = Bench::with(config, 7);
    bench.approved_template(reminder()).await;
    let phones: Vec<String> = bench.sim.with(|w| w.people().iter().map(|p| p.phone.clone()).collect());
    let mut refused = 0;
    for phone in &phones {
        let answer = bench.send(reminder_to(phone)).await;
        if answer.0 != 200 {
            assert_eq!((answer.0, code(&answer)), (400, 130429));
            assert_eq!(answer.1["error"]["error_data"]["details"], "Cloud API message throughput has been reached.");
            refused += 1;
        }
    }
    assert_eq!(refused, 40);
}

#[tokio::test]
async fn the_portfolio_limit_counts_unique_people_outside_windows() {
    let mut config = crate::common::config();
    config.cloud.portfolio_limit = 2;
    let bench = Bench::with(config, 7);
    bench.approved_template(reminder()).await;
    let phones: Vec<String> = bench.sim.with(|w| w.people().iter().take(3).map(|p| p.phone.clone()).collect());
    let mut last = Vec::new();
    for phone in &phones {
        let id = wamid(&bench.send(reminder_to(phone)).await);
        bench.pass(Millis::from_secs(3)).await;
        last.push(bench.statuses(&id).first().cloned().unwrap_or_default());
    }
    assert_eq!(last, ["sent", "sent", "failed"]);
}

#[tokio::test]
async fn scripted_numbers_end_as_their_ending_says() {
    let bench = Bench::new();
    bench.approved_template(reminder()).await;
    for (ending, expected) in [("0190", 131026), ("0191", 131049), ("0193", 130472), ("0196", 137000)] {
        let id = wamid(&bench.send(reminder_to(&format!("+1212555{ending}"))).await);
        bench.pass(Millis::from_secs(5)).await;
        assert_eq!(bench.status_rows(&id)[0]["errors"][0]["code"], expected);
    }
    let first = bench.send(reminder_to("+12125550194")).await;
    assert_eq!((first.0, code(&first)), (500, 131000));
    wamid(&bench.send(reminder_to("+12125550194")).await);
    let never = wamid(&bench.send(reminder_to("+12125550195")).await);
    bench.pass(Millis::from_days(2)).await;
    assert_eq!(bench.statuses(&never), ["sent"]);
}

#[tokio::test]
async fn an_identity_hash_that_does_not_match_fails_with_137000() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    let id =
        wamid(&bench.send(json!({ "to": PHONE, "type": "text", "text": { "body": "x" }, "recipient_identity_key_hash": "wrong" })).await);
    bench.pass(Millis::from_secs(5)).await;
    assert_eq!(bench.status_rows(&id)[0]["errors"][0]["code"], 137000);
}

#[tokio::test]
async fn a_username_only_person_is_reached_by_user_id_and_shows_no_number() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::UsernameOnly, true).await;
    let user = bench.sim.with(|w| w.person(person).map(|p| p.user_id.clone())).expect("a person");
    let inbound = bench.inbound().remove(0);
    assert!(inbound.get("from").is_none());
    assert_eq!(inbound["from_user_id"], user.as_str());
    let answer = bench.send(json!({ "recipient": user, "type": "text", "text": { "body": "hello" } })).await;
    assert_eq!(answer.1["contacts"][0], json!({ "input": user, "user_id": user }));
    let id = wamid(&answer);
    bench.pass(Millis::from_hours(4)).await;
    let row = &bench.status_rows(&id)[0];
    assert!(row.get("recipient_id").is_none());
    assert_eq!(row["recipient_user_id"], user.as_str());
}

#[tokio::test]
async fn legacy_payloads_carry_no_user_ids() {
    let bench = Bench::new();
    bench.control(Method::PATCH, "/_sim/knobs", json!({ "legacy_no_bsuid": true })).await;
    bench.person(PHONE, Persona::UsernameOnly, true).await;
    let value = bench.values("messages").remove(0);
    assert_eq!(value["messages"][0]["from"], "12025550123");
    assert!(!value.to_string().contains("user_id"), "{value}");
}

#[tokio::test]
async fn read_receipts_answer_success_and_turn_the_ticks() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    let id = bench.inbound()[0]["id"].as_str().expect("an id").to_owned();
    let body = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": id, "typing_indicator": { "type": "text" } });
    let path = format!("/v26.0/{NUMBER}/messages");
    assert_eq!(bench.cloud(Method::POST, &path, body.clone()).await, (200, json!({ "success": true })));
    let entry = bench.sim.with(|w| w.person(person).and_then(|p| p.entry(&id)).cloned()).expect("the message");
    assert!(entry.read_at.is_some() && entry.delivered_at.is_some());
    let typing =
        || async { bench.control(Method::GET, &format!("/_sim/people/{person}"), serde_json::Value::Null).await.1["typing"].clone() };
    assert_eq!(typing().await, json!([NUMBER]));
    bench.pass(Millis::from_secs(25)).await;
    assert_eq!(typing().await, json!([]), "nobody answered");
    let mut bad = body;
    bad["message_id"] = "wamid.unknown".into();
    assert_eq!(code(&bench.cloud(Method::POST, &path, bad).await), 131009);
}

#[tokio::test]
async fn blocking_the_business_leaves_one_tick() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    bench.sim.with(|w| w.person_blocks(person, None, true)).expect("blocks");
    let id = wamid(&bench.send_text(PHONE, "hello?").await);
    bench.pass(Millis::from_hours(5)).await;
    assert_eq!(bench.statuses(&id), ["sent"]);
    assert!(bench.sim.with(|w| w.ground_truth()).is_empty());
}

#[tokio::test]
async fn an_answer_to_an_advertisement_opens_72_free_hours() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    let rich = serde_json::from_value(json!({ "kind": "ad_reply", "text": "I saw your ad" })).expect("a message");
    bench.sim.with(|w| w.person_sends(person, None, rich)).expect("sends");
    bench.pass(Millis::from_secs(5)).await;
    assert_eq!(bench.inbound()[0]["referral"]["source_type"], "ad");
    let id = wamid(&bench.send_text(PHONE, "Welcome").await);
    bench.pass(Millis::from_secs(5)).await;
    let row = &bench.status_rows(&id)[0];
    assert_eq!(row["pricing"]["type"], "free_entry_point");
    assert_eq!(row["conversation"]["origin"]["type"], "referral_conversion");
}

#[tokio::test]
async fn the_person_receives_what_was_sent_in_order_with_our_reference() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    for text in ["one", "two", "two"] {
        bench.send_text(PHONE, text).await;
        bench.pass(Millis::from_hours(4)).await;
    }
    let truth = bench.sim.with(|w| w.ground_truth());
    let seen: Vec<(&str, Option<&str>, bool)> = truth.iter().map(|r| (r.text.as_str(), r.opaque.as_deref(), r.duplicate)).collect();
    assert_eq!(seen, [("one", Some("one"), false), ("two", Some("two"), false), ("two", Some("two"), true)]);
    assert!(truth.iter().all(|r| r.line == Line::WhatsApp && r.business == NUMBER));
}
