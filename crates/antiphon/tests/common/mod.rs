//! A stage with a signed-in owner: what a test does is what a person, a business's system or a provider does, through the real routes.

mod answer;
mod phones;

use antiphon::stage::{Stage, StageConfig, WORKSPACE};
use antiphon::store::StoreAddress;
use axum::body::Body;
use axum::http::Request;
use model::{Millis, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub use answer::{Answer, text};
pub use phones::says;

/// A Monday, noon in New York: nobody's quiet hours in the United States.
pub const START: &str = "2026-11-23T17:00:00Z";

/// A stage, its folder, and somebody who may do everything.
pub struct Bench {
    pub stage: Stage,
    folder: TempDir,
    key: String,
    cookie: String,
}

impl Bench {
    /// People do only what they are told.
    pub async fn new() -> Self {
        Self::with(StageConfig::quiet(at(START))).await
    }

    pub async fn with(config: StageConfig) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let stage = Stage::new(folder.path(), config).await.expect("a stage");
        let mut bench = Self { stage, folder, key: String::new(), cookie: String::new() };
        bench.sign_in().await;
        bench
    }

    /// The first owner signs in by link and makes an API key with every scope.
    async fn sign_in(&mut self) {
        let owner = api::NewOwner { workspace_name: "Stage", name: "Sample Owner", email: "owner@example.com", password: None };
        let user = api::bootstrap_owner(&self.stage.app.api, WORKSPACE, owner).await.expect("a first owner");
        let link = api::sign_in_link(&self.stage.app.api, WORKSPACE, user, Millis::from_hours(1)).await.expect("a sign-in link");
        let token = link.split_once("token=").expect("a token in the link").1;
        let answer = self.send("POST", "/v1/session", &[], json!({ "token": token }).to_string()).await.expect_status(200);
        let cookie = answer.header("set-cookie");
        cookie.split(';').next().expect("a cookie").clone_into(&mut self.cookie);
        let scopes = answer.json["scopes"].clone();
        let made = self.console("POST", "/v1/api_keys", json!({ "name": "acceptance", "scopes": scopes })).await.expect_status(201);
        text(&made.json["secret"]).clone_into(&mut self.key);
    }

    /// One request with an API key.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, &[("authorization", &bearer), ("content-type", "application/json")], body).await
    }

    /// One request from the console of the signed-in person.
    pub async fn console(&self, method: &str, path: &str, body: Value) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("x-antiphon-csrf", "1"), ("content-type", "application/json")];
        self.send(method, path, &headers, body.to_string()).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.call("GET", path, Value::Null).await.expect_status(200).json
    }

    /// All items of a list, over its pages.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        for _ in 0..200 {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{joint}limit=100{cursor}")).await;
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
        panic!("{path} has no end");
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body).await
    }

    /// Any request, with nothing added but the JSON type where no other is given.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        let response = self.stage.router.clone().oneshot(request).await.expect("the router answers");
        Answer::read(format!("{method} {path}"), response).await
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// A business event about the person with this number; answers the contact's id.
    pub async fn event(&self, name: &str, phone: &str, properties: Value) -> String {
        let contact = json!({ "phone": phone, "time_zone": "America/New_York", "attributes": { "first_name": "Sam" } });
        let body = json!({ "name": name, "contact": contact, "properties": properties });
        let answer = self.post("/v1/events", body).await.expect_status(202);
        text(&answer.json["contact_id"]).to_owned()
    }

    pub async fn contact(&self, phone: &str) -> String {
        let body = json!({ "phone": phone, "time_zone": "America/New_York", "attributes": { "first_name": "Sam" } });
        let answer = self.post("/v1/contacts", body).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        text(&answer.json["id"]).to_owned()
    }

    pub async fn opt_in(&self, contact: &str, phone: &str, channel: &str) {
        let body = json!({ "address": { "kind": "phone", "value": phone }, "channel": channel, "purpose": "promotional",
            "state": "opted_in", "source": "form:test", "act": "form_submitted" });
        self.post(&format!("/v1/contacts/{contact}/consent"), body).await.expect_status(201);
    }

    pub async fn publish(&self, source: &str) -> Value {
        self.post("/v1/journeys", json!({ "source": source })).await.expect_status(201).json
    }

    /// Writes a template, hands it to the provider and waits until it is approved. `{{first_name}}` and `{{ref}}` may be used.
    pub async fn template(&mut self, name: &str, purpose: &str, body: &str, buttons: Value) -> String {
        let variables = json!([
            { "name": "first_name", "kind": "text", "sample": "Sam" },
            { "name": "ref", "kind": "text", "sample": "A-1", "fallback": "your case" },
        ]);
        let used: Vec<&Value> = variables
            .as_array()
            .expect("a list")
            .iter()
            .filter(|variable| body.contains(&format!("{{{{{}}}}}", text(&variable["name"]))))
            .collect();
        let draft = json!({ "name": name, "purpose": purpose, "variables": used, "default_language": "en",
            "languages": { "en": { "body": body, "buttons": buttons } } });
        let id = text(&self.post("/v1/templates", draft).await.expect_status(201).json["id"]).to_owned();
        self.post(&format!("/v1/templates/{id}/submission"), json!({})).await.expect_status(200);
        self.advance(Millis::from_secs(10)).await;
        let state = self.get(&format!("/v1/templates/{id}")).await["languages"]["en"]["approval"]["state"].clone();
        assert_eq!(state, "approved", "the template {name}");
        id
    }

    pub async fn advance(&mut self, span: Millis) {
        self.stage.advance(span).await.expect("time goes on");
    }

    /// Up to a moment such as `2026-11-24T15:00:00Z`.
    pub async fn advance_to(&mut self, moment: &str) {
        self.stage.advance_to(at(moment)).await.expect("time goes on");
    }

    /// Until nothing is left to do at the present moment, and a few seconds for providers to answer.
    pub async fn settle(&mut self) {
        self.advance(Millis::from_secs(5)).await;
    }

    pub fn now(&self) -> Timestamp {
        self.stage.clock_now()
    }

    /// The product stops, the world goes on, the product starts again on the same data.
    pub async fn downtime(self, span: Millis) -> Self {
        let Self { stage, folder, key, cookie } = self;
        let stage = stage.downtime(folder.path(), span).await.expect("the product starts again");
        Self { stage, folder, key, cookie }
    }

    /// The product stops, somebody does something with its data folder, and it starts again on the folder or store that comes back.
    pub async fn away(self, span: Millis, meanwhile: impl AsyncFnOnce(TempDir) -> (TempDir, Option<StoreAddress>)) -> Self {
        let Self { stage, folder, key, cookie } = self;
        let away = stage.leave(span).await.expect("the product stops");
        let (folder, address) = meanwhile(folder).await;
        let stage = away.come_back_on(folder.path(), address).await.expect("the product starts again");
        Self { stage, folder, key, cookie }
    }

    /// Outbound messages, oldest first.
    pub async fn sent(&self, query: &str) -> Vec<Value> {
        let mut all = self.list(&format!("/v1/messages?direction=out{query}")).await;
        all.reverse();
        all
    }

    /// Kinds of a contact's timeline, oldest first.
    pub async fn timeline(&self, contact: &str) -> Vec<Value> {
        let mut all = self.list(&format!("/v1/contacts/{contact}/timeline")).await;
        all.reverse();
        all
    }

    pub async fn conversation(&self, contact: &str) -> Value {
        let list = self.list(&format!("/v1/conversations?contact={contact}")).await;
        assert_eq!(list.len(), 1, "one thread for one contact");
        list[0].clone()
    }
}

pub fn at(moment: &str) -> Timestamp {
    Timestamp::parse(moment).expect("a moment")
}
