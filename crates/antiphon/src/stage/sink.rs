//! The world's webhooks go into the product's router, which exists only after the world, and not while the product is stopped.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use simulator::{RouterSink, SinkError, WebhookAnswer, WebhookSink};

#[derive(Default)]
pub struct LateSink(Mutex<Option<RouterSink>>);

impl LateSink {
    pub fn connect(&self, router: Router) {
        self.put(Some(RouterSink::new(router)));
    }

    /// Lets go of the product. Product and world hold each other through this sink, so without it neither would ever be freed.
    pub fn disconnect(&self) {
        self.put(None);
    }

    fn put(&self, sink: Option<RouterSink>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), sink);
        // Dropped after the lock: it may be the last hold on a whole product.
        drop(before);
    }

    fn inner(&self) -> Result<RouterSink, SinkError> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.clone().ok_or_else(|| SinkError("the product is not there".to_owned()))
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
