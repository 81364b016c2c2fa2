//! The port through which webhooks and handshakes reach their receiver.

use async_trait::async_trait;
use bytes::Bytes;

/// What the receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAnswer {
    pub status: u16,
    pub body: Bytes,
}

/// No answer came.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no answer from the callback: {0}")]
pub struct SinkError(pub String);

/// Delivers to callback URLs. The simulator has no HTTP client of its own: the binary brings one, tests use [`super::RouterSink`].
#[async_trait]
pub trait WebhookSink: Send + Sync {
    async fn post(&self, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError>;

    /// The handshake when a callback URL is registered.
    async fn get(&self, url: &str) -> Result<WebhookAnswer, SinkError>;
}

/// A sink for worlds whose webhooks nobody listens to.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeadSink;

#[async_trait]
impl WebhookSink for DeadSink {
    async fn post(&self, url: &str, _headers: &[(String, String)], _body: Bytes) -> Result<WebhookAnswer, SinkError> {
        Err(SinkError(format!("nobody listens at {url}")))
    }

    async fn get(&self, url: &str) -> Result<WebhookAnswer, SinkError> {
        Err(SinkError(format!("nobody listens at {url}")))
    }
}
