//! Rules that depend on the date, the country, the category or the state of the account.

use http::Method;
use model::Millis;
use serde_json::{Value, json};
use simulator::Persona;

use crate::common::{Bench, NUMBER, WABA, code, config, reminder, reminder_to, wamid};

const PHONE: &str = "+12025550123";

async fn price(bench: &Bench, answer: (u16, Value)) -> (Value, Value) {
    let id = wamid(&answer);
    bench.pass(Millis::from_secs(3)).await;
    let row = bench.status_rows(&id).remove(0);
    (row["pricing"].clone(), row["conversation"].clone())
}

fn pricing(kind: &str, category: &str) -> Value {
    json!({ "billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category })
}

#[tokio::test]
async fn prices_follow_the_date() {
    let summer = Bench::starting("2026-07-01T12:00:00Z", config(), 7);
    summer.approved_template(reminder()).await;
    assert_eq!(price(&summer, summer.send(reminder_to(PHONE)).await).await.0, pricing("regular", "utility"));
    summer.person("+12025550124", Persona::Manual, true).await;
    assert_eq!(price(&summer, summer.send(reminder_to("+12025550124")).await).await.0, pricing("free_customer_service", "utility"));
    assert_eq!(price(&summer, summer.send_text("+12025550124", "x").await).await.0, pricing("free_customer_service", "service"));
    let autumn = Bench::starting("2026-10-01T00:00:00Z", config(), 7);
    autumn.approved_template(reminder()).await;
    autumn.person("+12025550124", Persona::Manual, true).await;
    assert_eq!(
        price(&autumn, autumn.send(reminder_to("+12025550124")).await).await.0,
        pricing("regular", "utility"),
        "no longer free in the window"
    );
    let before = Bench::starting("2025-06-01T00:00:00Z", config(), 7);
    before.approved_template(reminder()).await;
    assert_eq!(price(&before, before.send(reminder_to(PHONE)).await).await.0["pricing_model"], "CBP");
}

#[tokio::test]
async fn the_free_messages_begin_again_with_the_month() {
    let bench = Bench::starting("2026-11-30T20:00:00Z", config(), 7);
    bench.person(PHONE, Persona::Manual, true).await;
    for n in 0..1_000 {
        wamid(&bench.send_text(PHONE, &n.to_string()).await);
        bench.pass(Millis::from_secs(7)).await;
    }
    let last = price(&bench, bench.send_text(PHONE, "the thousand and first").await).await.0;
    assert_eq!(last, pricing("regular", "service"));
    bench.pass(Millis::from_hours(3)).await;
    assert_eq!(price(&bench, bench.send_text(PHONE, "December").await).await.0, pricing("free_customer_service", "service"));
}

#[tokio::test]
async fn older_webhook_versions_carry_a_conversation() {
    let mut config = config();
    config.cloud.webhook_version = 23;
    let bench = Bench::with(config, 7);
    bench.approved_template(reminder()).await;
    let (_, conversation) = price(&bench, bench.send(reminder_to(PHONE)).await).await;
    assert_eq!(conversation["origin"]["type"], "utility");
    assert_eq!(conversation["id"].as_str().map(str::len), Some(32));
}

#[tokio::test]
async fn wa_ids_of_three_countries_differ_from_the_input() {
    let bench = Bench::new();
    bench.approved_template(reminder()).await;
    for (input, wa_id) in [("+5531987654321", "553187654321"), ("+525512345678", "5215512345678"), ("+541123456789", "5491123456789")] {
        let answer = bench.send(reminder_to(input)).await;
        assert_eq!(answer.1["contacts"][0], json!({ "input": input, "wa_id": wa_id }));
    }
    // Without a plus, what is too short to be international belongs to the country of the business.
    assert_eq!(bench.send(reminder_to("2025550123")).await.1["contacts"][0]["wa_id"], "12025550123");
    assert_eq!(bench.send(reminder_to("12025550124")).await.1["contacts"][0]["wa_id"], "12025550124");
}

#[tokio::test]
async fn one_time_passwords_go_to_phone_numbers_and_carry_the_code_twice() {
    let bench = Bench::new();
    let (status, made) = bench
        .control(
            Method::POST,
            "/_sim/templates",
            json!({ "approved": true, "name": "code", "language": "en", "category": "AUTHENTICATION", "components": [
                { "type": "BODY", "add_security_recommendation": true }, { "type": "FOOTER", "code_expiration_minutes": 10 },
                { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE", "text": "Copy" }] }] }),
        )
        .await;
    assert_eq!(status, 200, "{made}");
    let person = bench.person(PHONE, Persona::Manual, false).await;
    let user = bench.sim.with(|w| w.person(person).map(|p| p.user_id.clone())).expect("a person");
    let template = |code: &str| {
        json!({ "name": "code", "language": { "code": "en" }, "components": [
            { "type": "body", "parameters": [{ "type": "text", "text": code }] },
            { "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": code }] }] })
    };
    assert_eq!(code(&bench.send(json!({ "recipient": user, "type": "template", "template": template("123456") })).await), 131062);
    assert_eq!(code(&bench.send(json!({ "to": PHONE, "type": "template", "template": template("1234567890123456") })).await), 131009);
    assert_eq!(
        price(&bench, bench.send(json!({ "to": PHONE, "type": "template", "template": template("123456") })).await).await.0,
        pricing("regular", "authentication")
    );
    bench.pass(Millis::from_hours(4)).await;
    let shown = bench.sim.with(|w| w.person(person).map(|p| p.thread[0].shown.clone())).expect("a message");
    assert!(shown.text.starts_with("123456 is your verification code."));
    assert_eq!((shown.taps[0].id.as_str(), shown.footer.as_deref()), ("123456", Some("This code expires in 10 minutes.")));
}

#[tokio::test]
async fn a_template_past_its_time_to_live_is_never_delivered() {
    let mut slow = config();
    slow.population.people = 200;
    let bench = Bench::with(slow, 7);
    bench.control(Method::PATCH, "/_sim/knobs", json!({ "slow_phones_percent": 100 })).await;
    let mut template = reminder();
    template["message_send_ttl_seconds"] = 30.into();
    bench.approved_template(template).await;
    let phones: Vec<String> = bench.sim.with(|w| w.people().iter().take(60).map(|p| p.phone.clone()).collect());
    for phone in &phones {
        bench.send(reminder_to(phone)).await;
    }
    bench.pass(Millis::from_hours(5)).await;
    let delivered = bench.sim.with(|w| w.ground_truth().len());
    assert!((1..40).contains(&delivered), "{delivered} of 60 phones came back within 30 seconds");
}

#[tokio::test]
async fn accounts_that_may_not_send_say_so() {
    let bench = Bench::new();
    bench.approved_template(reminder()).await;
    let marketing = format!("/v26.0/{NUMBER}/marketing_messages");
    let mut body = reminder_to(PHONE);
    body["messaging_product"] = "whatsapp".into();
    assert_eq!(code(&bench.cloud(Method::POST, &marketing, body).await), 134100);
    bench.cloud(Method::POST, &format!("/v26.0/{NUMBER}/deregister"), Value::Null).await;
    assert_eq!(code(&bench.send(reminder_to(PHONE)).await), 133010);
    let (_, node) = bench.cloud(Method::GET, &format!("/v26.0/{NUMBER}?fields=status,health_status"), Value::Null).await;
    assert_eq!((node["status"].as_str(), node["health_status"]["can_send_message"].as_str()), (Some("DISCONNECTED"), Some("BLOCKED")));
    bench.cloud(Method::POST, &format!("/v26.0/{NUMBER}/register"), json!({ "messaging_product": "whatsapp", "pin": "123456" })).await;
    assert_eq!(bench.send(reminder_to(PHONE)).await.0, 200);
    let mut last = 0;
    for _ in 0..5_001 {
        last = code(&bench.cloud(Method::GET, &format!("/v26.0/{WABA}"), Value::Null).await);
    }
    assert_eq!(last, 80007);
}

#[tokio::test]
async fn a_carousel_template_is_filled_card_by_card() {
    let bench = Bench::new();
    let card = json!({ "components": [
        { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::x"] } },
        { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "Take it" }, { "type": "URL", "text": "Look", "url": "https://example.com/{{1}}", "example": ["a"] }] }] });
    bench
        .approved_template(json!({ "name": "rooms", "language": "en", "category": "UTILITY", "components": [
            { "type": "BODY", "text": "These rooms are free for {{1}} now", "example": { "body_text": [["you"]] } },
            { "type": "CAROUSEL", "cards": [card, card] }] }))
        .await;
    let filled = |index: u32| {
        json!({ "card_index": index, "components": [
            { "type": "HEADER", "parameters": [{ "type": "image", "image": { "link": "https://example.com/a.jpg" } }] },
            { "type": "BUTTON", "sub_type": "QUICK_REPLY", "index": "0", "parameters": [{ "type": "payload", "payload": format!("room-{index}") }] },
            { "type": "BUTTON", "sub_type": "URL", "index": "1", "parameters": [{ "type": "text", "text": format!("r{index}") }] }] })
    };
    let send = |cards: Value| {
        json!({ "to": PHONE, "type": "template", "template": { "name": "rooms", "language": { "code": "en" }, "components": [
            { "type": "BODY", "parameters": [{ "type": "text", "text": "you" }] }, { "type": "CAROUSEL", "cards": cards }] } })
    };
    assert_eq!(code(&bench.send(send(json!([filled(0)]))).await), 132000);
    wamid(&bench.send(send(json!([filled(0), filled(1)]))).await);
    bench.pass(Millis::from_hours(4)).await;
    let person = bench.sim.with(|w| w.people().by_phone(PHONE)).expect("a person");
    let taps = bench.sim.with(|w| w.person(person).map(|p| p.thread[0].shown.taps.clone())).expect("a message");
    assert_eq!(
        taps.iter().map(|t| t.id.as_str()).collect::<Vec<_>>(),
        ["room-0", "https://example.com/r0", "room-1", "https://example.com/r1"]
    );
}

#[tokio::test]
async fn numbers_tell_every_step_of_the_messaging_limit_in_metas_words() {
    for (limit, told) in [(250, "TIER_250"), (2_000, "TIER_2K"), (10_000, "TIER_10K"), (100_000, "TIER_100K"), (0, "TIER_UNLIMITED")] {
        let mut config = config();
        config.cloud.portfolio_limit = limit;
        let edge = format!("/v26.0/{NUMBER}?fields=whatsapp_business_manager_messaging_limit");
        let (status, number) = Bench::with(config, 7).cloud(Method::GET, &edge, Value::Null).await;
        assert_eq!((status, &number["whatsapp_business_manager_messaging_limit"]), (200, &json!(told)));
    }
}

#[tokio::test]
async fn a_changed_messaging_limit_is_told_once_and_holds_at_once() {
    let bench = Bench::new();
    bench.approved_template(reminder()).await;
    assert_eq!(code(&bench.send(reminder_to(PHONE)).await), 0, "without a limit");
    for _ in 0..2 {
        let answer = bench.control(Method::PUT, "/_sim/portfolio", json!({ "limit": 1 })).await;
        assert_eq!((answer.0, &answer.1["limit"]), (200, &json!(1)));
    }
    let later = bench.send(reminder_to("+12025550124")).await;
    let refused = wamid(&later);
    bench.pass(Millis::from_secs(3)).await;
    assert_eq!(bench.statuses(&refused), ["failed"], "somebody else would be the second today");
    assert_eq!(bench.values("business_capability_update"), [json!({ "max_daily_conversations_per_business": 1 })]);
    bench.control(Method::PUT, "/_sim/portfolio", json!({ "limit": 0 })).await;
    bench.pass(Millis::from_secs(3)).await;
    assert_eq!(bench.values("business_capability_update").last(), Some(&json!({ "max_daily_conversations_per_business": -1 })));
}

#[tokio::test]
async fn the_account_may_become_another_portfolios() {
    let bench = Bench::new();
    let owner = async || {
        let edge = format!("/v26.0/{WABA}?fields=owner_business_info");
        bench.cloud(Method::GET, &edge, Value::Null).await.1["owner_business_info"]["id"].clone()
    };
    assert_ne!(owner().await, json!("777"));
    let answer = bench.control(Method::PUT, "/_sim/portfolio", json!({ "limit": 0, "business": "777" })).await;
    assert_eq!(answer, (200, json!({ "limit": 0, "business": "777" })));
    assert_eq!(owner().await, json!("777"));
    assert_eq!(bench.control(Method::PUT, "/_sim/portfolio", json!({ "limit": 0, "business": "ours" })).await.0, 422);
}

#[tokio::test]
async fn a_number_that_is_raised_says_so_once_and_takes_more_at_once() {
    let bench = Bench::new();
    let edge = format!("/_sim/numbers/{NUMBER}/throughput");
    for per_second in [1_000, 1_000, 80] {
        assert_eq!(bench.control(Method::PUT, &edge, json!({ "per_second": per_second })).await.0, 200);
        let (_, number) = bench.cloud(Method::GET, &format!("/v26.0/{NUMBER}?fields=throughput"), Value::Null).await;
        assert_eq!(number["throughput"]["level"], if per_second == 80 { "STANDARD" } else { "HIGH" });
    }
    bench.pass(Millis::from_secs(3)).await;
    let told = bench.values("phone_number_quality_update");
    assert_eq!((told.len(), &told[0]["event"], &told[0]["current_limit"]), (1, &json!("THROUGHPUT_UPGRADE"), &json!("TIER_UNLIMITED")));
    assert_eq!(bench.control(Method::PUT, "/_sim/numbers/1/throughput", json!({ "per_second": 80 })).await.0, 404);
    assert_eq!(bench.control(Method::PUT, &edge, json!({ "per_second": 0 })).await.0, 422);
}
