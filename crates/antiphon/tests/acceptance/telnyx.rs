//! A number of Telnyx's, connected by the API, against the simulated Telnyx: the proof that a provider is added by its crate alone.

use antiphon::stage::{PUBLIC_URL, TELNYX};
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Outcome, TelnyxConfig, Verdict, telnyx_public_key};

use crate::common::{Answer, Bench, says, text};

const PHONE: &str = "+12025550123";
const NUMBER: &str = "+12025550166";

/// A bench with the number connected beside the one of Twilio's, and the sender's id.
async fn bench() -> (Bench, String) {
    let bench = Bench::new().await;
    let theirs = TelnyxConfig::default();
    let provider = json!({ "kind": "telnyx", "api_key": theirs.api_key, "public_key": telnyx_public_key(&theirs.signing_secret),
        "base_url": format!("http://{TELNYX}") });
    let draft = json!({ "name": "Texts", "address": NUMBER, "per_second": 6, "provider": provider });
    let made = bench.post("/v1/senders", draft).await.expect_status(201);
    assert!(!made.body.contains(&theirs.api_key), "{}", made.body);
    assert_eq!(made.json["channel"], "sms");
    let webhook = format!("{PUBLIC_URL}{}", text(&made.json["webhook_path"]));
    bench.stage.simulator.with(|world| world.set_telnyx_webhook(Some(webhook)));
    let id = text(&made.json["id"]).to_owned();
    (bench, id)
}

async fn send(bench: &Bench, contact: &str, sender: &str, purpose: &str, words: &str) -> Answer {
    let content = json!({ "type": "text", "body": words });
    let channel = json!({ "channel": "sms", "sender": sender, "content": content });
    bench.post("/v1/messages", json!({ "contact": contact, "purpose": purpose, "channels": [channel] })).await
}

fn writes(bench: &Bench, words: &str) {
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.person_types(person, Line::Sms, Some(NUMBER), words)).expect("a text");
}

async fn only(bench: &Bench, contact: &str) -> Value {
    let sent = bench.sent(&format!("&contact={contact}")).await;
    assert_eq!(sent.len(), 1, "{sent:#?}");
    sent[0].clone()
}

#[tokio::test]
async fn a_text_by_telnyx_arrives_and_its_status_comes_back() {
    let (mut bench, sender) = bench().await;
    let contact = bench.contact(PHONE).await;
    send(&bench, &contact, &sender, "transactional", "Your table is ready.").await.expect_status(201);
    bench.advance(Millis::from_mins(1)).await;
    let entries = bench.phone(PHONE);
    assert_eq!((says(&entries), entries[0].business.as_str()), (vec!["Your table is ready."], NUMBER));
    let message = only(&bench, &contact).await;
    assert_eq!(message["status"], "delivered", "{message:#}");
    assert_eq!(entries[0].opaque.as_deref(), message["id"].as_str(), "our id went with it");
}

#[tokio::test]
async fn stop_to_a_number_of_telnyx_ends_promotions() {
    let (mut bench, sender) = bench().await;
    let contact = bench.contact(PHONE).await;
    bench.opt_in(&contact, PHONE, "sms").await;
    writes(&bench, "Are you open?");
    bench.settle().await;
    let heard = bench.list(&format!("/v1/messages?direction=in&contact={contact}")).await;
    assert_eq!((heard.len(), heard[0]["received"]["body"].as_str()), (1, Some("Are you open?")), "{heard:#?}");
    writes(&bench, "STOP");
    bench.advance(Millis::from_mins(2)).await;
    let consent = bench.get(&format!("/v1/contacts/{contact}/consent")).await;
    let stopped = consent["state"].as_array().expect("a list").iter().any(|line| line["state"] == "opted_out" && line["channel"] == "sms");
    assert!(stopped, "{consent:#}");
    send(&bench, &contact, &sender, "promotional", "An offer").await.expect_status(409);
    assert!(!says(&bench.phone(PHONE)).contains(&"An offer"));
}

/// The answer is lost and the status carries our id: the message is settled by it and does not go again.
#[tokio::test]
async fn a_lost_answer_of_telnyx_is_settled_by_its_status() {
    let (mut bench, sender) = bench().await;
    let contact = bench.contact(PHONE).await;
    bench.knobs(|knobs| knobs.answer_lost_percent = 100);
    send(&bench, &contact, &sender, "transactional", "Once.").await.expect_status(201);
    bench.advance(Millis::from_mins(1)).await;
    bench.knobs(|knobs| knobs.answer_lost_percent = 0);
    bench.advance(Millis::from_hours(1)).await;
    assert_eq!(says(&bench.phone(PHONE)), ["Once."]);
    assert_eq!(only(&bench, &contact).await["status"], "delivered");
}

#[tokio::test]
async fn what_telnyx_cannot_deliver_fails_with_its_own_code() {
    for (outcome, code) in [
        (Outcome::Fail { code: 30006 }, "telnyx:40001"),
        (Outcome::Fail { code: 30007 }, "telnyx:40002"),
        (Outcome::Refuse { code: 21211 }, "telnyx:40310"),
        (Outcome::Refuse { code: 21610 }, "telnyx:40300"),
    ] {
        let (mut bench, sender) = bench().await;
        let contact = bench.contact(PHONE).await;
        let person = bench.person(PHONE);
        bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Sms, Some(outcome)));
        send(&bench, &contact, &sender, "transactional", "Hello").await.expect_status(201);
        bench.advance(Millis::from_mins(1)).await;
        let message = only(&bench, &contact).await;
        assert_eq!((text(&message["status"]), text(&message["error"]["code"])), ("failed", code), "{message:#}");
        assert!(bench.truth().is_empty());
    }
}

/// Forgeries, twins and late statuses: nothing is believed that is not signed, nothing is taken twice.
#[tokio::test]
async fn webhooks_of_telnyx_keep_the_rules_of_the_conformance_report() {
    let (mut bench, sender) = bench().await;
    let contact = bench.contact(PHONE).await;
    bench.knobs(|knobs| {
        (knobs.wrong_signature_percent, knobs.duplicate_percent) = (100, 100);
        (knobs.reorder_percent, knobs.reorder_ms) = (50, (5_000, 60_000));
    });
    writes(&bench, "Hello");
    send(&bench, &contact, &sender, "transactional", "Your table is ready.").await.expect_status(201);
    bench.advance(Millis::from_mins(10)).await;
    assert_eq!(bench.list(&format!("/v1/messages?direction=in&contact={contact}")).await.len(), 1);
    assert_eq!(only(&bench, &contact).await["status"], "delivered");
    let report = bench.stage.simulator.with(|world| world.report());
    for id in ["signature_verified", "webhooks_accepted", "answers_in_time", "duplicates_accepted"] {
        let check = report.check(id, "sms").expect("a check");
        assert_eq!(check.verdict, Verdict::Passed, "{check:#?}");
    }
}
