//! The Telnyx side.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Persona, telnyx_public_key};

use crate::common::{Bench, Post, TELNYX_SENDER as SENDER, file};

const PHONE: &str = "+12025550123";
const STATUS: &str = "http://receiver.example.com/telnyx-status";
const PROFILE: &str = "http://receiver.example.com/telnyx";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.sim.with(|world| world.set_telnyx_webhook(Some(PROFILE.into())));
    bench
}

fn text(to: &str, words: &str) -> Value {
    json!({ "from": SENDER, "to": to, "text": words, "tags": ["msg_1"], "webhook_url": STATUS })
}

fn code(answer: &(u16, Value)) -> &str {
    answer.1["errors"][0]["code"].as_str().unwrap_or_default()
}

/// Event, status of the recipient, first code.
fn told(post: &Post) -> (String, String, String) {
    let body = post.json();
    let at = |path: &str| body.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    (at("/data/event_type"), at("/data/payload/to/0/status"), at("/data/payload/errors/0/code"))
}

fn row(event: &str, status: &str, code: &str) -> (String, String, String) {
    (event.to_owned(), status.to_owned(), code.to_owned())
}

fn believed(post: &Post) -> bool {
    let key = STANDARD.decode(telnyx_public_key("sim-telnyx-signing")).expect("a key");
    let signature = STANDARD.decode(post.header("telnyx-signature-ed25519")).expect("a signature");
    let signed = [post.header("telnyx-timestamp").as_bytes(), b"|", &post.body].concat();
    UnparsedPublicKey::new(&ED25519, key).verify(&signed, &signature).is_ok()
}

#[tokio::test]
async fn a_text_is_queued_sent_and_delivered_with_signed_events() {
    let bench = bench();
    let (status, body) = bench.telnyx(Method::POST, "/v2/messages", text(PHONE, "Hi é")).await;
    assert_eq!(status, 200, "{body}");
    let id = body["data"]["id"].as_str().expect("an id").to_owned();
    assert_eq!((id.len(), &body["data"]["to"][0]["status"]), (36, &json!("queued")));
    assert_eq!((&body["data"]["encoding"], &body["data"]["parts"]), (&json!("GSM-7"), &json!(1)));
    bench.pass(Millis::from_mins(30)).await;
    let posts = bench.posts();
    assert_eq!(posts.iter().map(told).collect::<Vec<_>>(), [row("message.sent", "sent", ""), row("message.finalized", "delivered", "")]);
    for post in &posts {
        assert_eq!(post.url, STATUS);
        assert!(believed(post));
        assert_eq!((&post.json()["data"]["payload"]["id"], &post.json()["data"]["payload"]["tags"]), (&json!(id), &json!(["msg_1"])));
    }
    let (_, fetched) = bench.telnyx(Method::GET, &format!("/v2/messages/{id}"), Value::Null).await;
    assert_eq!(fetched["data"]["to"][0]["status"], "delivered");
    let truth = bench.sim.with(|world| world.ground_truth());
    assert_eq!((truth.len(), truth[0].line, truth[0].opaque.as_deref()), (1, Line::Sms, Some("msg_1")));
}

#[tokio::test]
async fn refusals_have_telnyx_codes_and_shape() {
    let bench = bench();
    let cases = [
        (json!({ "from": SENDER, "text": "x" }), 422, "10004"),
        (json!({ "to": PHONE, "text": "x" }), 422, "10004"),
        (json!({ "from": SENDER, "to": "202", "text": "x" }), 400, "40310"),
        (json!({ "from": "+12025550111", "to": PHONE, "text": "x" }), 400, "40305"),
        (json!({ "from": "Example", "to": PHONE, "text": "x" }), 400, "40305"),
        (json!({ "from": SENDER, "to": PHONE, "messaging_profile_id": "another", "text": "x" }), 404, "10005"),
        (json!({ "from": SENDER, "to": PHONE }), 400, "40316"),
        (json!({ "from": SENDER, "to": PHONE, "text": "x".repeat(1_531) }), 400, "40302"),
        (json!({ "from": SENDER, "to": PHONE, "media_urls": ["nothing"] }), 400, "40317"),
        (json!({ "from": SENDER, "to": PHONE, "text": "x", "webhook_url": "nothing" }), 400, "10015"),
        (json!("no object"), 400, "10015"),
        (text("+12125550180", "x"), 400, "40310"),
        (text("+12125550181", "x"), 400, "40300"),
        (text("+12125550198", "x"), 429, "10011"),
    ];
    for (body, status, expected) in cases {
        let answer = bench.telnyx(Method::POST, "/v2/messages", body.clone()).await;
        assert_eq!((answer.0, code(&answer)), (status, expected), "{body} {}", answer.1);
        assert!(answer.1["errors"][0]["title"].is_string());
    }
    let named =
        json!({ "from": "Example", "to": "+447700900123", "text": "x", "messaging_profile_id": "40017d5b-0000-4000-8000-000000000001" });
    assert_eq!(bench.telnyx(Method::POST, "/v2/messages", named).await.0, 200);
    let answer = bench.telnyx_as("another key", Method::POST, "/v2/messages", text(PHONE, "x")).await;
    assert_eq!((answer.0, code(&answer)), (401, "10009"));
    let answer = bench.telnyx(Method::GET, "/v2/messages/none", Value::Null).await;
    assert_eq!((answer.0, code(&answer)), (404, "10005"));
}

#[tokio::test]
async fn endings_of_numbers_decide_what_becomes_of_a_text() {
    let finalized = |status, code| row("message.finalized", status, code);
    let sent = || row("message.sent", "sent", "");
    for (ending, expected) in [
        ("0182", vec![sent(), finalized("delivery_failed", "40006")]),
        ("0183", vec![finalized("sending_failed", "40012")]),
        ("0184", vec![finalized("sending_failed", "40001")]),
        ("0185", vec![sent(), finalized("delivery_failed", "40002")]),
        ("0186", vec![sent(), finalized("delivery_failed", "40008")]),
        ("0188", vec![finalized("sending_failed", "40010")]),
        ("0189", vec![sent(), finalized("delivery_unconfirmed", "")]),
    ] {
        let bench = bench();
        let to = format!("+1212555{ending}");
        assert_eq!(bench.telnyx(Method::POST, "/v2/messages", text(&to, "x")).await.0, 200);
        bench.pass(Millis::from_hours(25)).await;
        assert_eq!(bench.posts().iter().map(told).collect::<Vec<_>>(), expected, "{ending}");
        assert!(bench.sim.with(|world| world.ground_truth()).is_empty(), "{ending} got it");
    }
}

#[tokio::test]
async fn stop_silences_the_profile_until_start() {
    let bench = bench();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    let writes = |words: &'static str| bench.sim.with(|world| world.person_types(person, Line::Sms, Some(SENDER), words)).expect("a text");
    writes("STOP");
    bench.pass(Millis::from_secs(5)).await;
    let [post] = &bench.posts()[..] else { panic!("one webhook") };
    assert_eq!((post.url.as_str(), believed(post)), (PROFILE, true));
    let payload = &post.json()["data"]["payload"];
    assert_eq!(
        (&payload["text"], &payload["from"]["phone_number"], &payload["direction"]),
        (&json!("STOP"), &json!(PHONE), &json!("inbound"))
    );
    let answer = bench.telnyx(Method::POST, "/v2/messages", text(PHONE, "Still there?")).await;
    assert_eq!((answer.0, code(&answer)), (400, "40300"));
    writes("start");
    assert_eq!(bench.telnyx(Method::POST, "/v2/messages", text(PHONE, "Welcome back")).await.0, 200);
    let thread = bench.sim.with(|world| world.person(person).expect("somebody").thread.clone());
    assert_eq!(thread.iter().filter(|entry| entry.kind == "provider_auto_reply").count(), 2);
}

#[tokio::test]
async fn a_picture_lies_at_a_public_address() {
    let bench = bench();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    bench.telnyx(Method::GET, "/v2/messages/none", Value::Null).await;
    let picture = file("image/png", "bytes", Some("Look"));
    bench.sim.with(|world| world.person_sends_file(person, Line::Sms, Some(SENDER), picture)).expect("a picture");
    bench.pass(Millis::from_secs(5)).await;
    let payload = &bench.posts()[0].json()["data"]["payload"];
    assert_eq!((&payload["type"], &payload["media"][0]["content_type"]), (&json!("MMS"), &json!("image/png")));
    let url = payload["media"][0]["url"].as_str().expect("an address").to_owned();
    let path = url.strip_prefix("http://127.0.0.1:9904").expect("the address of this server");
    assert_eq!(bench.telnyx_as("", Method::GET, path, Value::Null).await.0, 200);
    assert_eq!(bench.telnyx_as("", Method::GET, "/media/none", Value::Null).await.0, 404);
}

/// The signature covers the moment, so an attempt that comes later is signed anew.
#[tokio::test]
async fn a_repeat_is_signed_for_its_own_moment_and_the_third_attempt_is_the_last() {
    let bench = bench();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    bench.answer_with(500);
    bench.sim.with(|world| world.person_types(person, Line::Sms, Some(SENDER), "Hello")).expect("a text");
    bench.pass(Millis::from_mins(10)).await;
    let posts = bench.posts();
    assert_eq!(posts.len(), 3);
    assert!(posts.iter().all(believed));
    let moments: Vec<i64> = posts.iter().map(|post| post.header("telnyx-timestamp").parse().expect("seconds")).collect();
    assert_eq!((moments[1] - moments[0], moments[2] - moments[1]), (5, 30));
    assert!(posts.iter().all(|post| post.body == posts[0].body));
}

#[tokio::test]
async fn faults_bite_as_they_do_elsewhere() {
    let bench = bench();
    for (knob, status, expected) in [("throttle_percent", 429, "10011"), ("reject_percent", 400, "10015"), ("refuse_percent", 503, "10007")]
    {
        bench.control(Method::PATCH, "/_sim/knobs", json!({ knob: 100 })).await;
        let answer = bench.telnyx(Method::POST, "/v2/messages", text(PHONE, "x")).await;
        assert_eq!((answer.0, code(&answer)), (status, expected));
        bench.control(Method::PATCH, "/_sim/knobs", json!({ knob: 0 })).await;
    }
    bench.control(Method::PATCH, "/_sim/knobs", json!({ "wrong_signature_percent": 100, "duplicate_percent": 100 })).await;
    let person = bench.person(PHONE, Persona::Manual, false).await;
    bench.sim.with(|world| world.person_types(person, Line::Sms, Some(SENDER), "Hello")).expect("a text");
    bench.pass(Millis::from_mins(2)).await;
    assert_eq!(bench.posts().iter().map(believed).collect::<Vec<_>>(), [false, true, false, true]);

    bench.forget();
    let lost = json!({ "answer_lost_percent": 100, "wrong_signature_percent": 0, "duplicate_percent": 0 });
    bench.control(Method::PATCH, "/_sim/knobs", lost).await;
    bench.telnyx(Method::POST, "/v2/messages", text(PHONE, "Once")).await;
    bench.pass(Millis::from_mins(30)).await;
    assert_eq!(bench.posts().len(), 2, "carried out, whatever became of the answer");
    let log = bench.sim.with(|world| world.journal().to_json_lines());
    assert!(log.contains("carried out, answer lost") && log.contains("telnyx_api") && log.contains("telnyx_webhook"));
    assert!(!log.contains("sim-telnyx-key"), "keys stay out of the log");
}

#[tokio::test]
async fn the_report_judges_telnyx_with_the_texts() {
    let bench = bench();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    bench.control(Method::PATCH, "/_sim/knobs", json!({ "duplicate_percent": 100, "wrong_signature_percent": 100 })).await;
    bench.sim.with(|world| world.person_types(person, Line::Sms, Some(SENDER), "Hello")).expect("a text");
    bench.pass(Millis::from_mins(2)).await;
    // This receiver takes whatever comes.
    let (_, report) = bench.control(Method::GET, "/_sim/report", Value::Null).await;
    let verdict = |id: &str| {
        let checks = report["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["id"] == id && check["channel"] == "sms").expect("a check")["verdict"].clone()
    };
    assert_eq!(verdict("signature_verified"), "failed");
    assert_eq!((verdict("webhooks_accepted"), verdict("duplicates_accepted")), (json!("passed"), json!("passed")));
    let (_, status) = bench.control(Method::GET, "/_sim/status", Value::Null).await;
    assert_eq!(status["telnyx"]["public_key"], telnyx_public_key("sim-telnyx-signing"));
    assert_eq!(status["callbacks"]["telnyx"], PROFILE);
}
