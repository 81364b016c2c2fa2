//! The simulator's conformance report, run against this product: forged and doubled webhooks, lost answers, refusals of both kinds, a STOP.

use antiphon::stage::{PUBLIC_URL, RBM};
use model::Millis;
use serde_json::json;
use simulator::{Line, Verdict};

use crate::common::{Bench, text};

const PHONE: &str = "+12025550123";

/// What must have been seen for the report to say anything.
const SEEN: [(&str, &str); 21] = [
    ("signature_verified", "whatsapp"),
    ("signature_verified", "sms"),
    ("webhooks_accepted", "whatsapp"),
    ("webhooks_accepted", "sms"),
    ("duplicates_accepted", "whatsapp"),
    ("duplicates_answered_once", "whatsapp"),
    ("duplicates_answered_once", "sms"),
    ("no_blind_repeat", "whatsapp"),
    ("no_blind_repeat", "sms"),
    ("backs_off", "whatsapp"),
    ("backs_off", "sms"),
    ("refusal_taken", "whatsapp"),
    ("window_kept", "whatsapp"),
    ("stop_obeyed", "sms"),
    ("signature_verified", "rcs"),
    ("webhooks_accepted", "rcs"),
    ("duplicates_accepted", "rcs"),
    ("no_blind_repeat", "rcs"),
    ("backs_off", "rcs"),
    ("refusal_taken", "rcs"),
    ("stop_obeyed", "rcs"),
];

/// An agent of RCS beside the number and the texts.
async fn agent(bench: &Bench) {
    let provider = json!({ "kind": "rcs", "service_account": "antiphon@example.com", "client_token": "sim-client-token",
        "private_key": include_str!("../../../channel-rcs/testdata/service_account.pem"),
        "base_url": format!("http://{RBM}"), "token_url": format!("http://{RBM}/token") });
    let draft = json!({ "name": "Agent", "address": "example_agent", "per_second": 10, "provider": provider });
    let made = bench.post("/v1/senders", draft).await.expect_status(201).json;
    let webhook = format!("{PUBLIC_URL}{}", text(&made["webhook_path"]));
    bench.stage.simulator.with(|world| world.set_rcs_webhook("example_agent", Some(webhook)));
}

async fn note(bench: &Bench, contact: &str, channel: &str, words: &str) {
    let content = json!({ "type": "text", "body": words });
    let body = json!({ "contact": contact, "purpose": "transactional", "channels": [{ "channel": channel, "content": content }] });
    let answer = bench.post("/v1/messages", body).await;
    assert!((200..500).contains(&answer.status), "{answer:?}");
}

/// Once on each channel, then enough time for everything that may follow.
async fn notes(bench: &mut Bench, contact: &str, words: &str, span: Millis) {
    for channel in ["whatsapp", "sms", "rcs"] {
        note(bench, contact, channel, words).await;
    }
    bench.advance(span).await;
}

#[tokio::test]
async fn the_product_keeps_every_rule_of_the_conformance_report() {
    let mut bench = Bench::new().await;
    agent(&bench).await;
    bench.knobs(|knobs| {
        (knobs.wrong_signature_percent, knobs.duplicate_percent) = (100, 100);
        (knobs.reorder_percent, knobs.reorder_ms) = (50, (5_000, 60_000));
    });
    for line in [Line::WhatsApp, Line::Sms, Line::Rcs] {
        bench.types(PHONE, line, "Hello");
        bench.advance(Millis::from_mins(2)).await;
    }
    let contact = bench.contact(PHONE).await;
    notes(&mut bench, &contact, "Your table is ready.", Millis::from_mins(15)).await;
    for (words, fault) in [("Lost on the way back.", 0), ("One too many.", 1), ("Never accepted.", 2)] {
        bench.knobs(|knobs| {
            (knobs.answer_lost_percent, knobs.throttle_percent, knobs.reject_percent) = match fault {
                0 => (100, 0, 0),
                1 => (0, 100, 0),
                _ => (0, 0, 100),
            };
        });
        notes(&mut bench, &contact, words, Millis::from_mins(1)).await;
        bench.knobs(|knobs| (knobs.answer_lost_percent, knobs.throttle_percent, knobs.reject_percent) = (0, 0, 0));
        bench.advance(Millis::from_mins(20)).await;
    }
    for line in [Line::Sms, Line::Rcs] {
        bench.types(PHONE, line, "STOP");
    }
    bench.advance(Millis::from_mins(2)).await;
    for channel in ["sms", "rcs"] {
        note(&bench, &contact, channel, "After the stop.").await;
    }
    bench.advance(Millis::from_mins(20)).await;
    let report = bench.stage.simulator.with(|world| world.report());
    for (id, channel) in SEEN {
        let check = report.check(id, channel).expect("a check");
        assert_ne!(check.verdict, Verdict::NotSeen, "{check:#?}");
    }
    let failed: Vec<_> = report.checks.iter().filter(|check| check.verdict == Verdict::Failed).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
