//! A world on a virtual clock, with its servers called in-process and a receiver that writes down what it hears.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use model::{Clock as _, Millis, Timestamp};
use serde_json::{Value, json};
use simulator::{
    Attachment, PersonId, Persona, Simulator, SinkError, VirtualClock, WebhookAnswer, WebhookSink, World, WorldConfig, form_decode,
};
use tower::ServiceExt as _;

pub const NUMBER: &str = "106540352242922";
pub const WABA: &str = "102290129340398";
pub const ACCOUNT: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
pub const SENDER: &str = "+12025550100";
pub const TELNYX_SENDER: &str = "+12025550166";

/// One POST that the receiver got.
#[derive(Clone, Debug)]
pub struct Post {
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Post {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a webhook is JSON")
    }

    pub fn form(&self) -> Vec<(String, String)> {
        form_decode(std::str::from_utf8(&self.body).expect("a form is text"))
    }

    pub fn field(&self, name: &str) -> Option<String> {
        self.form().into_iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
}

#[derive(Default)]
pub struct Receiver {
    pub posts: Mutex<Vec<Post>>,
    /// Status for the next posts; 0 stands for no answer at all.
    pub status: Mutex<u16>,
    pub answer: Mutex<String>,
}

#[async_trait]
impl WebhookSink for Receiver {
    async fn post(&self, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError> {
        self.posts.lock().expect("lock").push(Post { url: url.into(), headers: headers.to_vec(), body });
        match *self.status.lock().expect("lock") {
            0 => Err(SinkError("refused".into())),
            status => Ok(WebhookAnswer { status, body: self.answer.lock().expect("lock").clone().into() }),
        }
    }

    async fn get(&self, url: &str) -> Result<WebhookAnswer, SinkError> {
        let query = form_decode(url.split_once('?').map_or("", |(_, q)| q));
        let get = |name: &str| query.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
        let right = get("hub.mode") == "subscribe" && get("hub.verify_token") == "vt";
        Ok(WebhookAnswer { status: if right { 200 } else { 403 }, body: get("hub.challenge").into() })
    }
}

pub struct Bench {
    pub sim: Simulator,
    pub clock: Arc<VirtualClock>,
    pub receiver: Arc<Receiver>,
}

pub fn config() -> WorldConfig {
    let mut config = WorldConfig::default();
    config.population.people = 20;
    config.population.mix = vec![(Persona::Manual, 1)];
    config.cloud.callback_url = Some("http://receiver.example.com/wa".into());
    config.twilio.numbers[0].sms_url = Some("http://receiver.example.com/sms".into());
    config
}

impl Bench {
    pub fn new() -> Self {
        Self::with(config(), 7)
    }

    pub fn with(config: WorldConfig, seed: u64) -> Self {
        Self::starting("2026-11-22T09:00:00Z", config, seed)
    }

    pub fn starting(at: &str, config: WorldConfig, seed: u64) -> Self {
        let clock = Arc::new(VirtualClock::at(Timestamp::parse(at).expect("a date")));
        let receiver = Arc::new(Receiver::default());
        *receiver.status.lock().expect("lock") = 200;
        let sim = Simulator::new(World::new(config, seed), clock.clone(), receiver.clone());
        Self { sim, clock, receiver }
    }

    /// Lets time pass, stopping wherever something is due.
    pub async fn pass(&self, span: Millis) {
        let end = self.clock.now() + span;
        self.sim.settle().await;
        for _ in 0..100_000 {
            match self.sim.tick() {
                Some(at) if at <= end => self.clock.set(at),
                _ => break,
            }
            self.sim.settle().await;
        }
        self.clock.set(end);
        self.sim.settle().await;
    }

    pub async fn call(&self, router: Router, request: Request<Body>) -> (u16, Value) {
        let response = router.oneshot(request).await.expect("routers do not fail");
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    pub async fn cloud(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:9900")
            .header("authorization", "Bearer sim-token")
            .header("content-type", "application/json")
            .body(Body::from(if body.is_null() { String::new() } else { body.to_string() }))
            .expect("a request");
        self.call(self.sim.cloud_router(), request).await
    }

    /// Sends the members given, around the usual frame.
    pub async fn send(&self, mut body: Value) -> (u16, Value) {
        body["messaging_product"] = "whatsapp".into();
        self.cloud(Method::POST, &format!("/v26.0/{NUMBER}/messages"), body).await
    }

    pub async fn send_text(&self, to: &str, text: &str) -> (u16, Value) {
        self.send(json!({ "to": to, "type": "text", "text": { "body": text }, "biz_opaque_callback_data": text })).await
    }

    pub async fn sms(&self, pairs: &[(&str, &str)]) -> (u16, Value) {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        self.twilio(Method::POST, "Messages.json", simulator::form_encode(&pairs)).await
    }

    pub async fn twilio(&self, method: Method, path: &str, body: String) -> (u16, Value) {
        use base64::Engine as _;
        let login = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:sim-auth-token"));
        let request = Request::builder()
            .method(method)
            .uri(format!("/2010-04-01/Accounts/{ACCOUNT}/{path}"))
            .header("host", "127.0.0.1:9901")
            .header("authorization", format!("Basic {login}"))
            .body(Body::from(body))
            .expect("a request");
        self.call(self.sim.twilio_router(), request).await
    }

    pub async fn telnyx(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.telnyx_as("sim-telnyx-key", method, path, body).await
    }

    pub async fn telnyx_as(&self, key: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:9904")
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .body(Body::from(if body.is_null() { String::new() } else { body.to_string() }))
            .expect("a request");
        self.call(self.sim.telnyx_router(), request).await
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Body::from(if body.is_null() { String::new() } else { body.to_string() }))
            .expect("a request");
        self.call(self.sim.control_router(), request).await
    }

    pub fn posts(&self) -> Vec<Post> {
        self.receiver.posts.lock().expect("lock").clone()
    }

    pub fn forget(&self) {
        self.receiver.posts.lock().expect("lock").clear();
    }

    pub fn answer_with(&self, status: u16) {
        *self.receiver.status.lock().expect("lock") = status;
    }

    /// All `changes[].value` of a field, in order of arrival.
    pub fn values(&self, field: &str) -> Vec<Value> {
        let mut out = Vec::new();
        for post in self.posts().iter().filter(|p| p.url.ends_with("/wa")) {
            for entry in post.json()["entry"].as_array().expect("entries") {
                for change in entry["changes"].as_array().expect("changes") {
                    if change["field"] == field {
                        out.push(change["value"].clone());
                    }
                }
            }
        }
        out
    }

    /// The statuses of a message, in order of arrival.
    pub fn statuses(&self, wamid: &str) -> Vec<String> {
        self.status_rows(wamid).iter().map(|s| s["status"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub fn status_rows(&self, wamid: &str) -> Vec<Value> {
        let rows = self.values("messages").into_iter().flat_map(|v| v["statuses"].as_array().cloned().unwrap_or_default());
        rows.filter(|s| s["id"] == wamid).collect()
    }

    pub fn inbound(&self) -> Vec<Value> {
        self.values("messages").into_iter().flat_map(|v| v["messages"].as_array().cloned().unwrap_or_default()).collect()
    }

    /// A person with a persona and, when asked, an open service window.
    pub async fn person(&self, phone: &str, persona: Persona, window: bool) -> PersonId {
        let id = self.sim.with(|w| w.invite("Customer", phone, persona)).expect("a free number");
        if window {
            self.sim.with(|w| w.person_types(id, simulator::Line::WhatsApp, Some(NUMBER), "Hello")).expect("a text");
            self.pass(Millis::from_secs(1)).await;
        }
        id
    }

    pub async fn approved_template(&self, body: Value) -> String {
        let mut body = body;
        body["approved"] = true.into();
        let (status, answer) = self.control(Method::POST, "/_sim/templates", body).await;
        assert_eq!(status, 200, "{answer}");
        answer["id"].as_str().expect("an id").to_owned()
    }
}

pub fn file(mime: &str, bytes: &'static str, caption: Option<&str>) -> Attachment {
    Attachment { mime: mime.into(), filename: None, bytes: bytes.into(), caption: caption.map(str::to_owned) }
}

pub fn wamid(answer: &(u16, Value)) -> String {
    assert_eq!(answer.0, 200, "{}", answer.1);
    answer.1["messages"][0]["id"].as_str().expect("a wamid").to_owned()
}

pub fn code(answer: &(u16, Value)) -> u64 {
    answer.1["error"]["code"].as_u64().or(answer.1["code"].as_u64()).unwrap_or(0)
}

pub fn reminder() -> Value {
    json!({
        "name": "appointment_reminder", "language": "en_US", "category": "UTILITY",
        "components": [
            { "type": "BODY", "text": "Hello {{1}}, your appointment is on {{2}} at our clinic.", "example": { "body_text": [["Ada", "Monday"]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "Confirm" }, { "type": "QUICK_REPLY", "text": "Reschedule" }] }
        ]
    })
}

pub fn reminder_to(to: &str) -> Value {
    json!({
        "to": to, "type": "template", "biz_opaque_callback_data": "msg-1",
        "template": { "name": "appointment_reminder", "language": { "code": "en_US" }, "components": [
            { "type": "body", "parameters": [{ "type": "text", "text": "Ada" }, { "type": "text", "text": "Monday" }] },
            { "type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{ "type": "payload", "payload": "confirm" }] },
            { "type": "button", "sub_type": "quick_reply", "index": 1, "parameters": [{ "type": "payload", "payload": "reschedule" }] }
        ] }
    })
}
