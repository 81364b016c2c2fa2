//! People acting by themselves, and one seed having one history.

use http::Method;
use model::Millis;
use serde_json::json;
use simulator::{Line, Persona};

use crate::common::{Bench, SENDER, code, config, reminder, reminder_to};

const PHONE: &str = "+12025550123";

async fn after_a_reminder(persona: Persona, hours: i64) -> Bench {
    let bench = Bench::new();
    bench.approved_template(reminder()).await;
    bench.person(PHONE, persona, false).await;
    assert_eq!(bench.send(reminder_to(PHONE)).await.0, 200);
    bench.pass(Millis::from_hours(hours)).await;
    bench
}

#[tokio::test]
async fn a_confirmer_taps_confirm() {
    let bench = after_a_reminder(Persona::Confirms, 5).await;
    let inbound = bench.inbound();
    assert_eq!(inbound.len(), 1);
    assert_eq!(inbound[0]["button"], json!({ "payload": "confirm", "text": "Confirm" }));
}

#[tokio::test]
async fn a_rescheduler_taps_and_then_writes_in_words() {
    let inbound = after_a_reminder(Persona::Reschedules, 5).await.inbound();
    assert_eq!(inbound[0]["button"]["payload"], "reschedule");
    assert!(inbound[1]["text"]["body"].as_str().is_some_and(|text| text.len() > 10));
}

#[tokio::test]
async fn a_late_person_answers_hours_later_and_a_silent_one_never() {
    let bench = after_a_reminder(Persona::Late, 3).await;
    assert!(bench.inbound().is_empty());
    bench.pass(Millis::from_hours(24)).await;
    assert_eq!(bench.inbound().len(), 1);
    assert!(after_a_reminder(Persona::Silent, 72).await.inbound().is_empty());
}

#[tokio::test]
async fn a_stopper_writes_stop_and_stops_marketing() {
    let bench = after_a_reminder(Persona::Stops, 5).await;
    assert_eq!(bench.inbound()[0]["text"]["body"], "STOP");
    assert_eq!(bench.values("user_preferences")[0]["user_preferences"][0]["value"], "stop");
}

#[tokio::test]
async fn a_private_person_answers_without_read_receipts() {
    let bench = after_a_reminder(Persona::Private, 5).await;
    assert_eq!(bench.inbound().len(), 1);
    assert!(!bench.values("messages").iter().any(|v| v["statuses"][0]["status"] == "read"));
}

#[tokio::test]
async fn somebody_without_whatsapp_gets_131026_and_answers_the_sms() {
    let bench = after_a_reminder(Persona::SmsOnly, 1).await;
    assert_eq!(bench.values("messages")[0]["statuses"][0]["errors"][0]["code"], 131026);
    bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", "Tomorrow at 9. Reply C to confirm.")]).await;
    bench.pass(Millis::from_hours(1)).await;
    assert_eq!(bench.posts().last().and_then(|p| p.field("Body")).as_deref(), Some("C"));
}

#[tokio::test]
async fn a_stopper_on_sms_is_refused_with_21610_afterwards() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Stops, false).await;
    bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", "Hello")]).await;
    bench.pass(Millis::from_hours(1)).await;
    assert_eq!(code(&bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", "Again")]).await), 21610);
}

#[tokio::test]
async fn two_automatons_do_not_talk_for_ever() {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Confirms, true).await;
    for _ in 0..20 {
        bench.send_text(PHONE, "Still there?").await;
        bench.pass(Millis::from_mins(40)).await;
    }
    assert!(bench.inbound().len() <= 10, "{}", bench.inbound().len());
}

/// A day with a mixed population, faults and all: what the exchange log says in the end.
async fn history(seed: u64) -> String {
    let mut config = config();
    config.population.people = 40;
    config.population.mix = Persona::default_mix();
    let bench = Bench::with(config, seed);
    let knobs = json!({ "duplicate_percent": 10, "reorder_percent": 10, "drop_percent": 5, "answer_lost_percent": 5, "batch_size": 3 });
    assert_eq!(bench.control(Method::PATCH, "/_sim/knobs", knobs).await.0, 200);
    bench.approved_template(reminder()).await;
    let phones: Vec<String> = bench.sim.with(|w| w.people().iter().map(|p| p.phone.clone()).collect());
    for phone in &phones {
        bench.send(reminder_to(phone)).await;
        bench.sms(&[("To", phone), ("From", SENDER), ("Body", "Hello?"), ("StatusCallback", "http://receiver.example.com/status")]).await;
        bench.pass(Millis::from_mins(1)).await;
    }
    bench.pass(Millis::from_hours(30)).await;
    let duplicates = bench.sim.with(|w| w.ground_truth().iter().filter(|row| row.duplicate && row.line == Line::WhatsApp).count());
    assert_eq!(duplicates, 0);
    bench.sim.with(|w| w.journal().to_json_lines())
}

#[tokio::test]
async fn one_seed_has_one_history_byte_for_byte_and_another_seed_another() {
    let first = history(1).await;
    assert!(first.lines().count() > 200);
    assert_eq!(first, history(1).await);
    assert_ne!(first, history(2).await);
}
