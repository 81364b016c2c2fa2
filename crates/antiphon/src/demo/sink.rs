//! Carries the simulated providers' webhooks over real HTTP to the product.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderName;
use http_client::{HttpError, HttpErrorKind, Request, Transport};
use simulator::{SinkError, WebhookAnswer, WebhookSink};

/// Delivers with the product's own HTTP client, which may reach loopback here and nothing else that is private.
pub struct HttpSink {
    transport: Arc<dyn Transport>,
}

impl HttpSink {
    #[must_use]
    pub const fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    async fn send(&self, request: Result<Request, HttpError>) -> Result<WebhookAnswer, SinkError> {
        let response = match request {
            Ok(request) => self.transport.send(request).await,
            Err(error) => Err(error),
        };
        let response = response.map_err(|error| SinkError(error.to_string()))?;
        Ok(WebhookAnswer { status: response.status.as_u16(), body: response.body })
    }
}

#[async_trait]
impl WebhookSink for HttpSink {
    async fn post(&self, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError> {
        let mut request = Ok(Request::post(url));
        for (name, value) in headers {
            request = request.and_then(|request| {
                let name = HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_| HttpError::new(HttpErrorKind::Invalid, format!("`{name}` is not a header name")))?;
                request.header(name, value)
            });
        }
        let request = request.map(|mut request| {
            request.body = body;
            request
        });
        self.send(request).await
    }

    async fn get(&self, url: &str) -> Result<WebhookAnswer, SinkError> {
        self.send(Ok(Request::get(url))).await
    }
}
