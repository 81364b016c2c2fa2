//! The way in: the providers' webhooks, posted to whichever product runs now. One at a time, so that nothing races.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use simulator::{RouterSink, SinkError, WebhookAnswer, WebhookSink, form_decode};

use super::chaos::{Chaos, SinkFault};

#[derive(Default)]
struct Inner {
    door: Option<RouterSink>,
    /// Providers' ids of people's messages that the product has said it has.
    accepted: BTreeSet<String>,
    posts: u64,
}

pub struct PlaySink {
    chaos: Arc<Chaos>,
    inner: Mutex<Inner>,
    turn: tokio::sync::Mutex<()>,
}

impl PlaySink {
    #[must_use]
    pub fn new(chaos: Arc<Chaos>) -> Self {
        Self { chaos, inner: Mutex::default(), turn: tokio::sync::Mutex::new(()) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where webhooks go from now on; nowhere while the product is down.
    pub fn connect(&self, door: Option<Router>) {
        let before = std::mem::replace(&mut self.lock().door, door.map(RouterSink::new));
        // Dropped after the lock: it may be the last hold on a whole product.
        drop(before);
    }

    #[must_use]
    pub fn accepted(&self) -> BTreeSet<String> {
        self.lock().accepted.clone()
    }

    /// How many posts there were since the last look.
    pub fn take_posts(&self) -> u64 {
        std::mem::take(&mut self.lock().posts)
    }
}

#[async_trait]
impl WebhookSink for PlaySink {
    async fn post(&self, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError> {
        let _turn = self.turn.lock().await;
        let lost = || SinkError("simulated".to_owned());
        let fault = self.chaos.sink_fault("webhook");
        self.lock().posts += 1;
        let door = self.lock().door.clone();
        if fault == Some(SinkFault::Unreachable) || !self.chaos.alive() {
            return Err(lost());
        }
        let answer = door.ok_or_else(lost)?.post(url, headers, body.clone()).await?;
        // A process that died meanwhile answers nobody.
        if fault == Some(SinkFault::AnswerLost) || !self.chaos.alive() {
            return Err(lost());
        }
        if (200..300).contains(&answer.status) {
            self.lock().accepted.extend(people_said(url, &body));
        }
        Ok(answer)
    }

    async fn get(&self, _url: &str) -> Result<WebhookAnswer, SinkError> {
        Err(SinkError("no handshake is asked for in a play".to_owned()))
    }
}

/// The ids of people's messages in a webhook.
fn people_said(url: &str, body: &[u8]) -> Vec<String> {
    if url.ends_with("/inbound") {
        let form = form_decode(std::str::from_utf8(body).unwrap_or_default());
        return form.into_iter().filter(|(name, _)| name == "MessageSid").map(|(_, sid)| sid).collect();
    }
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else { return Vec::new() };
    let list = |value: &serde_json::Value, name: &str| value.get(name).and_then(|list| list.as_array()).cloned().unwrap_or_default();
    let changes = list(&json, "entry").into_iter().flat_map(|entry| list(&entry, "changes"));
    let messages = changes.flat_map(|change| list(change.get("value").unwrap_or(&serde_json::Value::Null), "messages"));
    messages.filter_map(|message| Some(message.get("id")?.as_str()?.to_owned())).collect()
}
