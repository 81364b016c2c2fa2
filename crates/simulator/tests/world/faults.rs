//! Faults on each hop, and that the log shows what was done on purpose.

use http::Method;
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Persona};

use crate::common::{Bench, NUMBER, code};

const PHONE: &str = "+12025550123";

async fn set(bench: &Bench, knobs: Value) {
    let (status, answer) = bench.control(Method::PATCH, "/_sim/knobs", knobs).await;
    assert_eq!(status, 200, "{answer}");
}

async fn exchanges(bench: &Bench, query: &str) -> Vec<Value> {
    let (_, list) = bench.control(Method::GET, &format!("/_sim/exchanges?{query}"), Value::Null).await;
    list.as_array().cloned().expect("a list")
}

#[tokio::test]
async fn a_lost_request_does_nothing_and_a_lost_answer_does_everything() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    set(&bench, json!({ "request_lost_percent": 100 })).await;
    bench.send_text(PHONE, "never").await;
    bench.sms(&[("To", PHONE), ("From", "+12025550100"), ("Body", "never")]).await;
    set(&bench, json!({ "request_lost_percent": 0, "answer_lost_percent": 100 })).await;
    bench.send_text(PHONE, "once").await;
    bench.pass(Millis::from_hours(1)).await;
    let texts: Vec<String> = bench.sim.with(|world| world.ground_truth().into_iter().map(|row| row.text).collect());
    assert_eq!(texts, ["once"]);
    let lost = exchanges(&bench, "search=nothing%20done").await;
    assert_eq!(lost.len(), 2, "{lost:?}");
    assert!(lost.iter().all(|exchange| exchange["status"].is_null()));
}

#[tokio::test]
async fn requests_are_throttled_and_rejected_as_the_providers_do_it() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    let sms = [("To", PHONE), ("From", "+12025550100"), ("Body", "x")];
    set(&bench, json!({ "throttle_percent": 100 })).await;
    assert_eq!(code(&bench.send_text(PHONE, "x").await), 130429);
    let twilio = bench.sms(&sms).await;
    assert_eq!((twilio.0, code(&twilio)), (429, 20429));
    set(&bench, json!({ "throttle_percent": 0, "reject_percent": 100 })).await;
    let cloud = bench.send_text(PHONE, "x").await;
    assert_eq!((cloud.0, code(&cloud)), (400, 100));
    let twilio = bench.sms(&sms).await;
    assert_eq!((twilio.0, code(&twilio)), (400, 21612));
}

#[tokio::test]
async fn a_forgery_goes_before_the_true_webhook_and_is_not_repeated() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    set(&bench, json!({ "wrong_signature_percent": 100 })).await;
    for (line, header) in [(Line::WhatsApp, "x-hub-signature-256"), (Line::Sms, "x-twilio-signature")] {
        bench.forget();
        bench.sim.with(|world| world.person_types(person, line, None, "Hi")).expect("a text");
        bench.pass(Millis::from_secs(30)).await;
        let posts = bench.posts();
        assert_eq!(posts.len(), 2, "{line:?}");
        assert_eq!(posts[0].body, posts[1].body);
        assert_ne!(posts[0].header(header), posts[1].header(header));
        if line == Line::WhatsApp {
            assert_eq!(posts[1].header(header), simulator::hub_signature("sim-app-secret", &posts[1].body));
        }
    }
    assert_eq!(exchanges(&bench, "search=wrong%20signature").await.len(), 2);
    bench.answer_with(403);
    bench.sim.with(|world| world.person_types(person, Line::WhatsApp, Some(NUMBER), "Again")).expect("a text");
    bench.pass(Millis::from_hours(1)).await;
    let tries = exchanges(&bench, "search=again&party=cloud_webhook&limit=1000").await;
    let forged = tries.iter().filter(|exchange| exchange["note"].as_str().is_some_and(|note| note.starts_with("wrong signature"))).count();
    assert_eq!(forged, 1, "the forgery is refused once and for all");
    assert!(tries.len() > 3, "the true one is tried again: {}", tries.len());
}

#[tokio::test]
async fn the_log_is_searched_by_number_kind_and_text() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    bench.send_text(PHONE, "Blue umbrella").await;
    bench.pass(Millis::from_secs(60)).await;
    assert_eq!(exchanges(&bench, "search=blue%20UMBRELLA&party=cloud_api").await.len(), 1);
    assert!(exchanges(&bench, "search=12025550123").await.len() >= 2, "the send and its webhooks");
    assert!(exchanges(&bench, "search=nowhere-at-all").await.is_empty());
    let answered = exchanges(&bench, "party=cloud_webhook").await;
    assert!(answered.iter().all(|exchange| exchange["took_ms"].is_u64()), "{answered:?}");
}
