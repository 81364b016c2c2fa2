//! The conformance report, on two small programs: one that breaks every rule, and one that keeps them.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use model::{Millis, Timestamp};
use serde_json::{Value, json};
use simulator::{
    Knobs, Line, PersonId, Persona, Report, Simulator, SinkError, Verdict, VirtualClock, WebhookAnswer, WebhookSink, World, form_decode,
    hub_signature, twilio_signature,
};

use crate::common::{Bench, Receiver, SENDER, config};

const PHONE: &str = "+12025550123";
const STRANGER: &str = "+12025550145";

/// Takes what is signed rightly and nothing else.
struct Careful;

#[async_trait]
impl WebhookSink for Careful {
    async fn post(&self, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError> {
        let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        let form = || form_decode(std::str::from_utf8(&body).expect("a form is text"));
        let right = match (header("x-hub-signature-256"), header("x-twilio-signature")) {
            (Some(given), _) => given == hub_signature("sim-app-secret", &body),
            (_, Some(given)) => given == twilio_signature("sim-auth-token", url, &form()),
            _ => false,
        };
        Ok(WebhookAnswer { status: if right { 200 } else { 403 }, body: Bytes::new() })
    }

    async fn get(&self, _url: &str) -> Result<WebhookAnswer, SinkError> {
        Err(SinkError("no handshakes here".into()))
    }
}

fn careful() -> Bench {
    let clock = Arc::new(VirtualClock::at(Timestamp::parse("2026-11-22T09:00:00Z").expect("a date")));
    let sim = Simulator::new(World::new(config(), 7), clock.clone(), Arc::new(Careful));
    Bench { sim, clock, receiver: Arc::new(Receiver::default()) }
}

fn knobs(bench: &Bench, change: impl FnOnce(&mut Knobs)) {
    bench.sim.with(|world| {
        let mut knobs = Knobs { slow_phones_percent: 0, ..Knobs::default() };
        change(&mut knobs);
        world.set_knobs(knobs);
    });
}

async fn writes(bench: &Bench, person: PersonId, line: Line, text: &str) {
    bench.sim.with(|world| world.person_types(person, line, None, text)).expect("a text");
    bench.pass(Millis::from_mins(1)).await;
}

/// `token` is for RCS, given before the faults begin.
async fn texts(bench: &Bench, to: &str, text: &str, repeat: bool, token: &str) {
    for _ in 0..if repeat { 2 } else { 1 } {
        bench.send_text(to, text).await;
        bench.sms(&[("To", to), ("From", SENDER), ("Body", text)]).await;
    }
    // The same id again is the same message; the careless one takes another.
    by_rcs(bench, token, to, text, 1).await;
    if repeat || text == "lost" {
        by_rcs(bench, token, to, text, if repeat { 2 } else { 1 }).await;
    }
    bench.pass(Millis::from_mins(1)).await;
}

async fn by_rcs(bench: &Bench, token: &str, to: &str, text: &str, id: u8) {
    let place = text.len();
    let path = format!("/v1/phones/{to}/agentMessages?messageId=7f1c0e4a-0000-4000-8000-0000000{place:02}{id:03}&agentId=example_agent");
    let tap = json!({ "reply": { "text": "Yes", "postbackData": format!("{id}|yes") } });
    crate::rbm::call_with(bench, token, Method::POST, &path, &json!({ "contentMessage": { "text": text, "suggestions": [tap] } })).await;
}

fn offer() -> Value {
    json!({ "name": "offer", "language": "en_US", "category": "MARKETING", "components": [{ "type": "BODY", "text": "Twenty percent off." }] })
}

async fn offers(bench: &Bench, to: &str) {
    bench.send(json!({ "to": to, "type": "template", "template": { "name": "offer", "language": { "code": "en_US" } } })).await;
    bench.sms(&[("To", to), ("From", SENDER), ("Body", "Twenty percent off.")]).await;
    bench.pass(Millis::from_mins(10)).await;
}

/// The same day for both: forged and doubled webhooks, lost answers, refusals of both kinds, a closed window, a STOP.
async fn a_day(bench: &Bench, careless: bool) -> Report {
    bench.approved_template(offer()).await;
    let person = bench.sim.with(|world| world.invite("Customer", PHONE, Persona::Manual)).expect("a free number");
    knobs(bench, |knobs| (knobs.wrong_signature_percent, knobs.duplicate_percent) = (100, 100));
    for (line, text) in [(Line::WhatsApp, "Hello"), (Line::Sms, "Hello")] {
        writes(bench, person, line, text).await;
    }
    let token = crate::rbm::token(bench).await;
    texts(bench, PHONE, "How can we help?", careless, &token).await;
    bench.pass(Millis::from_mins(15)).await;
    knobs(bench, |knobs| (knobs.reorder_percent, knobs.reorder_ms) = (50, (60_000, 900_000)));
    for n in 0..8 {
        bench.send_text(PHONE, &format!("Part {n}")).await;
        bench.pass(Millis::from_mins(20)).await;
    }
    for (name, fault) in [("lost", 0), ("throttled", 1), ("rejected", 2)] {
        knobs(bench, |_| {});
        let token = crate::rbm::token(bench).await;
        knobs(bench, |knobs| match fault {
            0 => knobs.answer_lost_percent = 100,
            1 => knobs.throttle_percent = 100,
            _ => knobs.reject_percent = 100,
        });
        texts(bench, PHONE, name, careless, &token).await;
    }
    knobs(bench, |_| {});
    if careless {
        bench.send_text(STRANGER, "Who are you?").await;
        bench.pass(Millis::from_hours(1)).await;
    }
    bench.sim.with(|world| world.person_prefers_marketing(person, None, false)).expect("a wish");
    writes(bench, person, Line::Sms, "STOP").await;
    if careless {
        offers(bench, PHONE).await;
        offers(bench, PHONE).await;
    }
    bench.sim.with(|world| world.report())
}

const JUDGED: [(&str, &str); 17] = [
    ("signature_verified", "whatsapp"),
    ("signature_verified", "sms"),
    ("duplicates_answered_once", "whatsapp"),
    ("duplicates_answered_once", "sms"),
    ("no_blind_repeat", "whatsapp"),
    ("no_blind_repeat", "sms"),
    ("backs_off", "whatsapp"),
    ("backs_off", "sms"),
    ("refusal_taken", "whatsapp"),
    ("refusal_taken", "sms"),
    ("no_blind_repeat", "rcs"),
    ("backs_off", "rcs"),
    ("refusal_taken", "rcs"),
    ("window_kept", "whatsapp"),
    ("stop_obeyed", "whatsapp"),
    ("stop_obeyed", "sms"),
    ("out_of_order_accepted", "whatsapp"),
];

#[tokio::test]
async fn a_careless_program_fails_each_rule_with_evidence() {
    let bench = Bench::new();
    let report = a_day(&bench, true).await;
    for (id, channel) in JUDGED.into_iter().filter(|(id, _)| *id != "out_of_order_accepted") {
        let check = report.check(id, channel).expect("a check");
        assert_eq!(check.verdict, Verdict::Failed, "{check:#?}");
        assert!(check.failures > 0 && !check.evidence.is_empty());
        let logged = bench.sim.with(|world| world.journal().iter().any(|exchange| exchange.seq == check.evidence[0].seq));
        assert!(logged, "the evidence is in the log");
    }
}

#[tokio::test]
async fn a_careful_program_passes_what_was_seen() {
    let bench = careful();
    let report = a_day(&bench, false).await;
    for (id, channel) in JUDGED {
        let check = report.check(id, channel).expect("a check");
        assert_eq!(check.verdict, Verdict::Passed, "{check:#?}");
        assert!(check.seen > 0);
    }
    assert_eq!(report.failed, 0, "{report:#?}");
    assert_eq!(report.check("signature_verified", "rcs").map(|check| check.verdict), Some(Verdict::NotSeen), "no event was forged");
}

#[tokio::test]
async fn a_program_that_refuses_true_webhooks_fails() {
    let bench = Bench::new();
    bench.answer_with(500);
    let person = bench.sim.with(|world| world.invite("Customer", PHONE, Persona::Manual)).expect("a free number");
    writes(&bench, person, Line::WhatsApp, "Hello").await;
    let report = bench.sim.with(|world| world.report());
    assert_eq!(report.check("webhooks_accepted", "whatsapp").map(|check| check.verdict), Some(Verdict::Failed));
}

#[tokio::test]
async fn a_new_world_has_seen_nothing_and_the_report_is_served_in_both_forms() {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    let bench = Bench::new();
    let (status, report) = bench.control(Method::GET, "/_sim/report", Value::Null).await;
    assert_eq!((status, report["passed"].as_u64(), report["failed"].as_u64()), (200, Some(0), Some(0)));
    assert!(report["not_seen"].as_u64().is_some_and(|count| count > 20), "{report}");
    let request = http::Request::get("/_sim/report/page").body(axum::body::Body::empty()).expect("a request");
    let body = bench.sim.control_router().oneshot(request).await.expect("an answer").into_body();
    let page = String::from_utf8(body.collect().await.expect("a body").to_bytes().to_vec()).expect("text");
    assert!(page.starts_with("<!doctype html>") && page.contains("0 failed, 0 passed"));
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"));
}
