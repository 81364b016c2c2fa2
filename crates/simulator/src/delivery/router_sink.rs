//! Delivery into an axum router in the same process: no sockets, no waiting, the same bytes.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::{SinkError, WebhookAnswer, WebhookSink};

#[derive(Clone)]
pub struct RouterSink {
    router: Router,
}

impl RouterSink {
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self { router }
    }

    async fn call(&self, method: Method, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError> {
        let uri: http::Uri = url.parse().map_err(|e| SinkError(format!("{url} is not a URL: {e}")))?;
        let host = uri.authority().map(ToString::to_string).unwrap_or_default();
        let path = uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        let mut request = Request::builder().method(method).uri(path).header("host", host);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).map_err(|e| SinkError(e.to_string()))?;
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|e| SinkError(e.to_string()))?.to_bytes();
        Ok(WebhookAnswer { status, body })
    }
}

#[async_trait]
impl WebhookSink for RouterSink {
    async fn post(&self, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError> {
        self.call(Method::POST, url, headers, body).await
    }

    async fn get(&self, url: &str) -> Result<WebhookAnswer, SinkError> {
        self.call(Method::GET, url, &[], Bytes::new()).await
    }
}
