//! The world's webhooks go into the product's router, which exists only after the world.

use std::sync::OnceLock;

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use simulator::{RouterSink, SinkError, WebhookAnswer, WebhookSink};

#[derive(Default)]
pub struct LateSink(OnceLock<RouterSink>);

impl LateSink {
    pub fn connect(&self, router: Router) {
        // Connected once, when the product stands.
        let _ = self.0.set(RouterSink::new(router));
    }

    fn inner(&self) -> Result<&RouterSink, SinkError> {
        self.0.get().ok_or_else(|| SinkError("the product is not there yet".to_owned()))
    }
}

#[async_trait]
impl WebhookSink for LateSink {
    async fn post(&self, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError> {
        self.inner()?.post(url, headers, body).await
    }

    async fn get(&self, url: &str) -> Result<WebhookAnswer, SinkError> {
        self.inner()?.get(url).await
    }
}
