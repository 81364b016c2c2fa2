//! RCS for Business.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Method, Request};
use model::{Clock as _, Millis};
use serde_json::{Value, json};
use simulator::rbm::RbmStatus;
use simulator::{Line, Outcome};

use crate::common::{Bench, config};

const AGENT: &str = "example_agent";
/// Ends in an odd digit: there is RCS on this phone.
const WITH: &str = "+12025550123";
const WITHOUT: &str = "+12025550124";
const ID: &str = "7f1c0e4a-0000-4000-8000-000000000001";

fn bench() -> Bench {
    let mut config = config();
    config.rbm.agents[0].webhook = Some("http://receiver.example.com/rcs".into());
    let bench = Bench::with(config, 7);
    bench.sim.with(|world| {
        for phone in [WITH, WITHOUT] {
            world.invite("Sample", phone, simulator::Persona::Manual);
        }
    });
    bench
}

pub async fn token(bench: &Bench) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let at = bench.clock.now().as_secs();
    let claims = json!({ "iss": "antiphon@example.com", "scope": "https://www.googleapis.com/auth/rcsbusinessmessaging", "iat": at, "exp": at + 3600 });
    let assertion = format!("{}.{}.c2ln", part(&json!({ "alg": "RS256" })), part(&claims));
    let body = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
    let request = Request::post("/token").body(Body::from(body)).unwrap();
    let (status, answer) = bench.call(bench.sim.rbm_router(), request).await;
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn call(bench: &Bench, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let token = token(bench).await;
    call_with(bench, &token, method, path, body).await
}

pub async fn call_with(bench: &Bench, token: &str, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
    bench.call(bench.sim.rbm_router(), request.body(Body::from(body.to_string())).unwrap()).await
}

async fn send(bench: &Bench, phone: &str, body: &Value) -> (u16, Value) {
    call(bench, Method::POST, &format!("/v1/phones/{phone}/agentMessages?messageId={ID}&agentId={AGENT}"), body).await
}

/// What the agent was told, decoded; the signatures are those of the data.
fn told(bench: &Bench) -> Vec<Value> {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA512, b"sim-client-token");
    let posts = bench.posts();
    let event = |post: &crate::common::Post| {
        let data = STANDARD.decode(post.json()["message"]["data"].as_str().unwrap()).unwrap();
        let signature = STANDARD.decode(post.header("x-goog-signature")).unwrap();
        aws_lc_rs::hmac::verify(&key, &data, &signature).expect("a good signature");
        serde_json::from_slice(&data).unwrap()
    };
    posts.iter().map(event).collect()
}

#[tokio::test]
async fn a_message_is_delivered_read_and_answered_by_a_tap() {
    let bench = bench();
    let body = json!({ "contentMessage": { "text": "Will you come?", "suggestions": [{ "reply": { "text": "Yes", "postbackData": "yes" } }] }, "ttl": "600s" });
    let (status, answer) = send(&bench, WITH, &body).await;
    assert_eq!((status, answer["name"].as_str()), (200, Some(format!("phones/{WITH}/agentMessages/{ID}").as_str())));
    assert_eq!(send(&bench, WITH, &body).await.0, 200, "the same id again is the same message");
    bench.pass(Millis::from_mins(20)).await;
    let person = bench.sim.with(|w| w.people().by_phone(WITH)).unwrap();
    bench.sim.with(|w| w.person_taps(person, ID, "Yes")).unwrap();
    bench.pass(Millis::from_mins(1)).await;
    let words: Vec<String> = told(&bench)
        .iter()
        .map(|event| event["eventType"].as_str().or(event["suggestionResponse"]["postbackData"].as_str()).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(words, ["DELIVERED", "READ", "yes"]);
    let shown = bench.sim.with(|w| w.person(person).unwrap().thread.iter().filter(|e| e.from_business).count());
    assert_eq!(shown, 1);
}

#[tokio::test]
async fn a_phone_that_is_off_gives_the_message_back_when_its_time_is_over() {
    let bench = bench();
    let person = bench.sim.with(|w| w.people().by_phone(WITH)).unwrap();
    bench.sim.with(|w| w.outcomes_mut().script(person, Line::Rcs, Some(Outcome::NeverDelivered)));
    send(&bench, WITH, &json!({ "contentMessage": { "text": "x" }, "ttl": "60s" })).await;
    bench.pass(Millis::from_secs(59)).await;
    assert_eq!(told(&bench), Vec::<Value>::new());
    bench.pass(Millis::from_secs(5)).await;
    assert_eq!(told(&bench)[0]["eventType"], "TTL_EXPIRATION_REVOKED");
    assert_eq!(bench.sim.with(|w| w.rbm().message(ID).unwrap().status), RbmStatus::Revoked);
}

#[tokio::test]
async fn what_cannot_be_taken_back_arrives_late() {
    let bench = bench();
    let person = bench.sim.with(|w| w.people().by_phone(WITH)).unwrap();
    bench.sim.with(|w| {
        w.outcomes_mut().script(person, Line::Rcs, Some(Outcome::NeverDelivered));
        let mut knobs = w.knobs().clone();
        knobs.rbm.revoke_fails_percent = 100;
        w.set_knobs(knobs);
    });
    send(&bench, WITH, &json!({ "contentMessage": { "text": "x" }, "ttl": "60s" })).await;
    bench.pass(Millis::from_mins(10)).await;
    let words: Vec<Value> = told(&bench).iter().map(|event| event["eventType"].clone()).collect();
    assert_eq!(words, ["TTL_EXPIRATION_REVOKE_FAILED", "DELIVERED"]);
}

#[tokio::test]
async fn a_revoked_message_does_not_arrive_and_capability_is_told() {
    let bench = bench();
    let body = json!({ "contentMessage": { "text": "x" } });
    assert_eq!(send(&bench, WITHOUT, &body).await.0, 404);
    let capable = async |phone: &str| {
        call(&bench, Method::GET, &format!("/v1/phones/{phone}/capabilities?requestId=1&agentId={AGENT}"), &Value::Null).await
    };
    assert_eq!(capable(WITHOUT).await.0, 404);
    let (status, answer) = capable(WITH).await;
    assert!(status == 200 && answer["features"].as_array().is_some_and(|features| features.len() == 7), "{answer}");
    send(&bench, WITH, &body).await;
    let path = format!("/v1/phones/{WITH}/agentMessages/{ID}?agentId={AGENT}");
    assert_eq!(call(&bench, Method::DELETE, &path, &Value::Null).await.0, 200);
    bench.pass(Millis::from_hours(2)).await;
    assert_eq!(told(&bench), Vec::<Value>::new());
}

#[tokio::test]
async fn an_agent_shows_that_it_read_and_that_it_writes() {
    let bench = bench();
    let person = bench.sim.with(|w| w.people().by_phone(WITH)).unwrap();
    let ids: Vec<String> =
        ["One", "Two", "Three"].map(|text| bench.sim.with(|w| w.person_types(person, Line::Rcs, None, text)).unwrap()).to_vec();
    let event = async |body: Value| {
        call(&bench, Method::POST, &format!("/v1/phones/{WITH}/agentEvents?eventId=e-1&agentId={AGENT}"), &body).await.0
    };
    assert_eq!(event(json!({ "eventType": "READ" })).await, 400);
    assert_eq!(event(json!({ "eventType": "WAVES", "messageId": ids[0] })).await, 400);
    assert_eq!(event(json!({ "eventType": "READ", "messageId": ids[1] })).await, 200);
    let read = |w: &mut simulator::World| w.person(person).unwrap().thread.iter().map(|e| e.read_at.is_some()).collect::<Vec<_>>();
    assert_eq!(bench.sim.with(read), [true, true, false]);
    assert_eq!(event(json!({ "eventType": "IS_TYPING" })).await, 200);
    let typing = |w: &mut simulator::World| w.person(person).unwrap().typing.contains_key(AGENT);
    assert!(bench.sim.with(typing));
    send(&bench, WITH, &json!({ "contentMessage": { "text": "Here" } })).await;
    bench.pass(Millis::from_secs(10)).await;
    assert!(!bench.sim.with(typing), "the message has come");
}

#[tokio::test]
async fn strangers_and_nonsense_are_refused() {
    let bench = bench();
    let request = Request::post(format!("/v1/phones/{WITH}/agentMessages?messageId={ID}&agentId={AGENT}")).body(Body::from("{}")).unwrap();
    assert_eq!(bench.call(bench.sim.rbm_router(), request).await.0, 401);
    assert_eq!(send(&bench, WITH, &json!({ "contentMessage": {} })).await.0, 400);
    assert_eq!(send(&bench, WITH, &json!({ "contentMessage": { "text": "x" }, "ttl": "soon" })).await.0, 400);
    let path = format!("/v1/phones/{WITH}/agentMessages?messageId=7&agentId={AGENT}");
    assert_eq!(call(&bench, Method::POST, &path, &json!({ "contentMessage": { "text": "x" } })).await.0, 400);
    let path = format!("/v1/phones/{WITH}/agentMessages?messageId={ID}&agentId=another");
    assert_eq!(call(&bench, Method::POST, &path, &json!({ "contentMessage": { "text": "x" } })).await.0, 403);
    let request = Request::post("/token").body(Body::from("grant_type=x")).unwrap();
    assert_eq!(bench.call(bench.sim.rbm_router(), request).await.0, 400);
}
