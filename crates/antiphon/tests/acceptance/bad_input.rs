//! What comes in broken: a clear answer, nothing lost, nothing done by halves.

use antiphon::stage::{SMS, WHATSAPP};
use model::{Draws, Rng as _};
use serde_json::{Value, json};
use simulator::{hub_signature, twilio_signature};

use crate::common::{Bench, text};

const SECRET: &str = "sim-app-secret";

fn webhook() -> String {
    format!("/webhooks/whatsapp/{WHATSAPP}")
}

/// One POST with these messages, each with an id and words.
fn post_of(messages: &[Value]) -> String {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "102290129340398", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": { "display_phone_number": "15550783881", "phone_number_id": "106540352242922" },
        "contacts": [{ "profile": { "name": "Sample Customer" }, "wa_id": "12025550123" }], "messages": messages } }] }] })
    .to_string()
}

fn message(n: usize) -> Value {
    json!({ "from": format!("1202555{n:04}"), "id": format!("wamid.N{n}"), "timestamp": "1795453200", "type": "text", "text": { "body": format!("Message {n}") } })
}

async fn signed(bench: &Bench, body: impl Into<Vec<u8>>) -> crate::common::Answer {
    let body = body.into();
    let signature = hub_signature(SECRET, &body);
    bench.send("POST", &webhook(), &[("x-hub-signature-256", &signature)], body).await
}

async fn nothing_stored(bench: &Bench) {
    assert_eq!(bench.list("/v1/messages").await, [Value::Null; 0]);
    assert_eq!(bench.list("/v1/contacts").await, [Value::Null; 0]);
    assert_eq!(bench.list("/v1/parked_signals").await, [Value::Null; 0]);
}

/// A signature that does not fit: 401, a line in the audit log, nothing stored. On every provider's route.
#[tokio::test]
async fn a_wrong_signature_is_refused_and_audited_and_nothing_is_stored() {
    let bench = Bench::new().await;
    let body = post_of(&[message(1)]);
    let wrong = hub_signature("another secret", body.as_bytes());
    for headers in [&[("x-hub-signature-256", wrong.as_str())][..], &[("x-hub-signature-256", "sha256=")], &[]] {
        bench.send("POST", &webhook(), headers, body.clone()).await.expect_status(401);
    }
    let form = "From=%2B12025550123&To=%2B12025550100&Body=Hi&MessageSid=SM1&AccountSid=ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-twilio-signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")];
    for kind in ["inbound", "status"] {
        bench.send("POST", &format!("/webhooks/twilio/{SMS}/{kind}"), &headers, form).await.expect_status(401);
    }
    let refused = bench.list("/v1/audit").await.into_iter().filter(|entry| entry["action"] == "webhook.bad_signature").count();
    assert_eq!(refused, 5);
    nothing_stored(&bench).await;
}

/// Signed and cut off in the middle: kept with the reason for an operator, and refused, so that the provider sends it again.
#[tokio::test]
async fn truncated_json_is_kept_and_refused() {
    let bench = Bench::new().await;
    let whole = post_of(&[message(1)]);
    let cut = &whole[..whole.len() / 2];
    let answer = signed(&bench, cut).await.expect_status(400);
    assert_eq!(answer.code(), "malformed_json");
    let parked = bench.list("/v1/parked_signals").await;
    assert_eq!(parked.len(), 1, "{parked:#?}");
    assert!(!text(&parked[0]["error"]).is_empty());
    assert_eq!(parked[0]["signal"]["body"]["properties"]["raw"], cut, "the bytes are kept");
    // The whole one, sent again, is taken as if nothing had been.
    signed(&bench, whole).await.expect_status(200);
    assert_eq!(bench.list("/v1/messages?direction=in").await.len(), 1);
}

/// Three megabytes are taken, more is refused before it is read.
#[tokio::test]
async fn three_megabytes_are_taken_and_more_is_refused() {
    const LIMIT: usize = 3 * 1024 * 1024;
    let bench = Bench::new().await;
    let padded = |size: usize| {
        let mut message = message(1);
        message["text"]["body"] = json!("x");
        let bare = post_of(std::slice::from_ref(&message)).len();
        message["text"]["body"] = json!("x".repeat(size - bare + 1));
        post_of(&[message])
    };
    let largest = padded(LIMIT);
    assert_eq!(largest.len(), LIMIT);
    signed(&bench, largest).await.expect_status(200);
    assert_eq!(bench.list("/v1/messages?direction=in").await.len(), 1);
    let answer = signed(&bench, padded(LIMIT + 1)).await.expect_status(413);
    assert_eq!(answer.code(), "body_too_large");
    assert_eq!(bench.list("/v1/messages?direction=in").await.len(), 1);
}

/// A thousand updates in one POST, one of them broken: 999 are applied, one is kept for an operator, and the answer is 200.
#[tokio::test]
async fn of_a_thousand_updates_the_broken_one_is_parked_and_the_others_applied() {
    let bench = Bench::new().await;
    let mut messages: Vec<Value> = (0..1000).map(message).collect();
    messages[500] = json!({ "from": 7, "id": ["wamid.broken"], "type": "text", "text": { "body": { "no": "text" } } });
    let body = post_of(&messages);
    signed(&bench, body.clone()).await.expect_status(200);
    let received = bench.list("/v1/messages?direction=in").await;
    assert_eq!(received.len(), 999);
    let parked = bench.list("/v1/parked_signals").await;
    assert_eq!(parked.len(), 1, "{parked:#?}");
    assert!(parked[0].to_string().contains("wamid.broken"));
    // The provider repeats the whole POST: nothing is doubled.
    signed(&bench, body).await.expect_status(200);
    assert_eq!(bench.list("/v1/messages?direction=in").await.len(), 999);
}

/// A phone number that is none: 422, with a pointer to it.
#[tokio::test]
async fn a_phone_number_that_is_none_is_refused_with_its_place() {
    let bench = Bench::new().await;
    for phone in ["12", "2025550123", "+1202555012x", "call me", "+1202555012345678"] {
        let event = json!({ "name": "ready", "contact": { "phone": phone } });
        let answer = bench.post("/v1/events", event).await.expect_status(422);
        assert_eq!((answer.code(), text(&answer.json["errors"][0]["pointer"])), ("invalid", "/contact/phone"), "{phone}");
        let answer = bench.post("/v1/contacts", json!({ "phone": phone })).await.expect_status(422);
        assert_eq!(text(&answer.json["errors"][0]["pointer"]), "/phone", "{phone}");
    }
    nothing_stored(&bench).await;
}

/// A template used without a variable that it needs: 422 that names it; nothing is sent. One that uses what it does not declare is not stored.
#[tokio::test]
async fn a_template_with_a_missing_variable_is_refused() {
    let mut bench = Bench::new().await;
    let id = bench.template("greeting", "transactional", "Hello {{first_name}}, welcome.", json!([])).await;
    let made = bench.post("/v1/contacts", json!({ "phone": "+12025550123" })).await;
    let contact = text(&made.json["id"]).to_owned();
    let wanted =
        json!({ "contact": contact, "purpose": "transactional", "channels": [{ "channel": "whatsapp", "template": { "id": id } }] });
    let answer = bench.post("/v1/messages", wanted).await.expect_status(422);
    assert!(answer.body.contains("first_name"), "{}", answer.body);
    bench.settle().await;
    assert_eq!(bench.truth(), []);
    let undeclared = json!({ "name": "bad", "purpose": "transactional", "variables": [], "default_language": "en",
        "languages": { "en": { "body": "Hello {{first_name}}, welcome." } } });
    let answer = bench.post("/v1/templates", undeclared).await.expect_status(422);
    assert_eq!(text(&answer.json["errors"][0]["pointer"]), "/languages/en/body");
}

/// Twenty faults in one file: twenty findings at once, each with its place, and nothing is published.
#[tokio::test]
async fn a_journey_with_twenty_faults_gets_twenty_findings_with_their_places() {
    let bench = Bench::new().await;
    let source = include_str!("../../../journey/testdata/twenty_faults.journey.yaml");
    let answer = bench.post("/v1/journeys", json!({ "source": source })).await.expect_status(422);
    assert_eq!(answer.code(), "invalid_journey");
    let found = answer.json["diagnostics"].as_array().expect("diagnostics").clone();
    let errors: Vec<_> = found.iter().filter(|one| one["severity"] == "error").collect();
    assert!(errors.len() >= 20, "{}", errors.len());
    let lines = source.lines().count() as u64;
    let mut places = std::collections::BTreeSet::new();
    for one in &errors {
        let (line, column) = (one["line"].as_u64().unwrap_or(0), one["column"].as_u64().unwrap_or(0));
        assert!((1..=lines).contains(&line) && column >= 1 && !text(&one["what"]).is_empty() && !text(&one["fix"]).is_empty(), "{one}");
        places.insert((line, column, text(&one["code"])));
    }
    assert!(places.len() >= 20, "places are their own: {places:?}");
    assert_eq!(bench.list("/v1/journeys").await, [Value::Null; 0]);
}

/// Whatever bytes a provider signs, the answer is never an internal error.
#[tokio::test]
async fn random_webhooks_never_break_the_server() {
    let bench = Bench::new().await;
    let mut draws = Draws::keyed(&[b"random webhooks"]);
    let seed = post_of(&[message(1)]);
    for round in 0..300_u32 {
        let body = if round % 3 == 0 { random_json(&mut draws, 0).to_string().into_bytes() } else { damaged(seed.as_bytes(), &mut draws) };
        let answer = signed(&bench, body.clone()).await;
        assert!(matches!(answer.status, 200 | 400 | 422), "{} for {}", answer.status, String::from_utf8_lossy(&body));
        let path = format!("/webhooks/twilio/{SMS}/{}", if round % 2 == 0 { "inbound" } else { "status" });
        let form = String::from_utf8_lossy(&damaged(
            b"From=%2B12025550123&To=%2B12025550100&Body=Hi&MessageSid=SM1&MessageStatus=sent",
            &mut draws,
        ))
        .into_owned();
        let pairs = simulator::form_decode(&form);
        let signature = twilio_signature("sim-auth-token", &format!("http://antiphon.example.com{path}"), &pairs);
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-twilio-signature", signature.as_str())];
        let answer = bench.send("POST", &path, &headers, form.clone()).await;
        assert!(answer.status < 500, "{} for {form}: {}", answer.status, answer.body);
    }
}

/// Real bytes with a few of them changed, left out or doubled.
fn damaged(bytes: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=draws.below(4) {
        let at = usize::try_from(draws.below(bytes.len() as u64)).unwrap_or(0);
        match draws.below(3) {
            0 => bytes[at] = u8::try_from(draws.below(256)).unwrap_or(0),
            1 => {
                bytes.remove(at);
            }
            _ => bytes.insert(at, bytes[at]),
        }
    }
    bytes
}

fn random_json(draws: &mut Draws, depth: u32) -> Value {
    const KEYS: [&str; 12] =
        ["object", "entry", "changes", "value", "field", "messages", "statuses", "metadata", "phone_number_id", "id", "type", "text"];
    match draws.below(if depth > 6 { 4 } else { 8 }) {
        0 => Value::Null,
        1 => json!(draws.below(u64::MAX)),
        2 => json!(KEYS[usize::try_from(draws.below(12)).unwrap_or(0)]),
        3 => json!(draws.below(2) == 0),
        4 | 5 => (0..draws.below(4)).map(|_| random_json(draws, depth + 1)).collect(),
        _ => (0..draws.below(6))
            .map(|_| (KEYS[usize::try_from(draws.below(12)).unwrap_or(0)].to_owned(), random_json(draws, depth + 1)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
