//! Sound bodies of the API with one part replaced by something hostile, against the real engine: it says what is wrong, or does it, and never breaks.

use std::collections::BTreeMap;

use antiphon::stage::{SMS, WHATSAPP};
use model::Rng as _;
use model::draws::Draws;
use serde_json::{Value, json};

use crate::common::{Bench, text};

const ROUNDS: u32 = 60;
const FORM: &str = include_str!("../../../../gallery/lead-capture/forms/lead_capture.json");
const JOURNEY: &str = "journey: table\nowner: front_desk\npurpose: transactional\nentry: { on: table_ready, key: event.id }\ngoal: { none: \"a test of hostile bodies\" }\nstart: tell\nsteps:\n  tell: { send: { sms: { text: \"Ready.\" }, max_lateness: 2h, fallback: { any: done } }, next: done }\n  done: { end: done }\n";
const PEM: &str = include_str!("../../../channel-rcs/testdata/service_account.pem");
const BROADCAST: &str = "broadcast: spring\npurpose: promotional\naudience: { where: \"contact.city == 'Lisbon'\" }\nsend:\n  sms: { text: \"Hello {{ contact.first_name }}\" }\n  max_lateness: 24h\n";

/// Every operation with a body of its own making: method, address, a body that is taken.
async fn sound(bench: &mut Bench) -> Vec<(&'static str, String, Value)> {
    let phone = "+12025550123";
    let contact = bench.contact(phone).await;
    let template = bench.template("offer", "promotional", "Hello {{first_name}}.", json!([])).await;
    let sender = |address: &str, provider: Value| json!({ "name": "A", "address": address, "per_second": 5, "provider": provider });
    let email = json!({ "kind": "email", "host": "smtp.example.com", "port": 587, "subject": "Hello", "user": "u", "password": "p",
        "dkim": { "domain": "example.com", "selector": "a", "private_key": PEM }, "service": { "kind": "postmark", "user": "hook", "password": "a-password-of-this-length" },
        "inbound": { "domain": "in.example.com", "listen": "" }, "tracking": { "clicks": true, "opens": false } });
    let smpp = json!({ "kind": "smpp", "host": "smsc.example.com", "port": 2775, "system_id": "a", "password": "b", "window": 5 });
    let rcs = json!({ "kind": "rcs", "service_account": "a@example.com", "client_token": "a long word", "private_key": PEM, "ttl_s": 60 });
    let twilio = json!({ "kind": "twilio_rcs", "account_sid": "AC1", "auth_token": "t", "ttl_s": 60 });
    let content = json!({ "type": "buttons", "body": "Well?", "buttons": [{ "id": "a", "title": "A" }] });
    let draft = |name: &str| {
        json!({ "name": name, "purpose": "transactional", "default_language": "en", "variables": [{ "name": "who", "kind": "text", "sample": "Sam" }],
        "languages": { "en": { "header": "Hi", "body": "Hello {{who}}.", "buttons": [{ "kind": "quick_reply", "id": "a", "title": "A" }] } } })
    };
    let policy = bench.get("/v1/policy").await;
    vec![
        ("PUT", "/v1/queues/sales".to_owned(), json!({ "name": "Sales", "reply_within_ms": 60_000, "members": [] })),
        ("POST", "/v1/senders".to_owned(), sender("desk@example.com", email)),
        ("POST", "/v1/senders".to_owned(), sender("Example", smpp)),
        ("POST", "/v1/senders".to_owned(), sender("example_agent", rcs)),
        ("POST", "/v1/senders".to_owned(), sender("example_brand", twilio)),
        ("PUT", format!("/v1/senders/{SMS}/settings"), sender("+12025550100", json!({ "kind": "twilio", "account_sid": "AC1" }))),
        ("POST", format!("/v1/senders/{WHATSAPP}/forms"), serde_json::from_str(FORM).expect("a form")),
        ("PUT", format!("/v1/senders/{WHATSAPP}/profile"), json!({ "about": "Open", "websites": ["https://example.com"] })),
        ("POST", "/v1/templates".to_owned(), draft("other")),
        ("PUT", format!("/v1/templates/{template}"), draft("offer")),
        (
            "PUT",
            format!("/v1/templates/{template}/mail_design"),
            json!({ "languages": { "en": { "subject": "Hi", "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section></mj-body></mjml>" } } }),
        ),
        ("POST", "/v1/journeys".to_owned(), json!({ "source": JOURNEY })),
        ("POST", "/v1/broadcasts".to_owned(), json!({ "source": BROADCAST })),
        (
            "POST",
            "/v1/messages".to_owned(),
            json!({ "contact": contact, "purpose": "transactional", "channels": [{ "channel": "sms", "content": content }] }),
        ),
        (
            "POST",
            "/v1/contacts".to_owned(),
            json!({ "phone": "+12025550177", "time_zone": "America/New_York", "locale": "en", "attributes": { "a": 1 } }),
        ),
        (
            "POST",
            format!("/v1/contacts/{contact}/consent"),
            json!({ "address": { "kind": "phone", "value": phone }, "channel": "sms", "purpose": "promotional",
            "state": "opted_in", "source": "form", "act": "form_submitted" }),
        ),
        (
            "POST",
            "/v1/events".to_owned(),
            json!({ "name": "seen", "contact": { "phone": phone }, "properties": { "a": [1, "b"], "at": "2026-11-22T09:30:00Z" } }),
        ),
        ("PUT", "/v1/policy".to_owned(), policy),
    ]
}

/// Every place in a body, as JSON pointers.
fn places(at: &str, value: &Value, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| places(&format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), value, out));
        }
        Value::Array(all) => all.iter().enumerate().for_each(|(index, value)| places(&format!("{at}/{index}"), value, out)),
        _ => {}
    }
}

fn hostile(draws: &mut Draws, was: &Value) -> Value {
    const WORDS: [&str; 14] = [
        "",
        " ",
        "\u{0}",
        "\u{202e}abc",
        "🦀",
        "../../etc/passwd",
        "' or 1=1 --",
        "{{ a | b }}",
        "{{",
        "https://[::1]:0/%zz",
        "-1",
        "9999-12-31T23:59:60Z",
        "a\r\nBcc: b@example.com",
        "<script>alert(1)</script>",
    ];
    match draws.below(12) {
        0 => Value::Null,
        1 => json!(draws.below(2) == 0),
        2 => json!(draws.next_u64() as i64),
        3 => json!(i64::MIN),
        4 => json!(1e300),
        5 => json!("x".repeat(20_000)),
        6 => json!([]),
        7 => json!({}),
        8 => (0..50).map(|_| was.clone()).collect(),
        9 => json!({ "a": was }),
        _ => json!(WORDS[draws.below(WORDS.len() as u64) as usize]),
    }
}

#[tokio::test]
async fn no_part_of_a_body_breaks_the_engine() {
    let mut bench = Bench::new().await;
    let all = sound(&mut bench).await;
    let mut draws = Draws::keyed(&[b"hostile bodies"]);
    let mut answers: BTreeMap<u16, u32> = BTreeMap::new();
    for (method, path, body) in &all {
        let sound = bench.console(method, path, body.clone()).await;
        assert!(sound.status < 300, "{method} {path}: what is sound is taken: {}", sound.body);
        let mut at = Vec::new();
        places("", body, &mut at);
        for _ in 0..ROUNDS {
            let mut sent = body.clone();
            for _ in 0..=draws.below(2) {
                let place = &at[draws.below(at.len() as u64) as usize];
                if let Some(part) = sent.pointer_mut(place) {
                    *part = hostile(&mut draws, part);
                }
            }
            let answer = bench.console(method, path, sent.clone()).await;
            let shown: String = sent.to_string().chars().take(1_500).collect();
            assert!(answer.status < 500, "{method} {path} {shown}: {}", answer.body);
            if answer.status >= 400 {
                let problem = &answer.json;
                let said = problem["errors"].as_array().is_some_and(|all| !all.is_empty())
                    || problem["diagnostics"].as_array().is_some_and(|all| !all.is_empty())
                    || !text(&problem["detail"]).is_empty();
                assert!(said && !text(&problem["code"]).is_empty(), "{method} {path} {shown}: {}", answer.body);
            }
            *answers.entry(answer.status).or_default() += 1;
        }
    }
    let refused: u32 = answers.iter().filter(|(status, _)| **status >= 400).map(|(_, count)| count).sum();
    let done: u32 = answers.iter().filter(|(status, _)| **status < 300).map(|(_, count)| count).sum();
    assert!(refused > 300 && done > 30, "{answers:?}");
    bench.settle().await;
    let contact = bench.contact("+12025550123").await;
    assert!(!bench.get(&format!("/v1/contacts/{contact}")).await.is_null(), "and it goes on");
}
