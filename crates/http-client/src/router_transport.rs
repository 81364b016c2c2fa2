//! HTTP without sockets: requests go straight into axum routers of the same process. For tests, simulation and the demo.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tower::ServiceExt as _;

use crate::{HttpError, HttpErrorKind, Request, Response, Transport, redacted};

/// Routers by host, as written in the address: `graph.facebook.com`, `127.0.0.1:9900`.
#[derive(Clone, Default)]
pub struct RouterTransport {
    routers: BTreeMap<String, Router>,
    deadlines: bool,
}

impl RouterTransport {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers for a host.
    #[must_use]
    pub fn host(mut self, host: &str, router: Router) -> Self {
        self.routers.insert(host.to_ascii_lowercase(), router);
        self
    }

    /// Enforces deadlines by tokio's clock (which tests may pause). Without it a router may take as long as it likes, so that a
    /// deterministic run needs no timer.
    #[must_use]
    pub fn with_deadlines(mut self) -> Self {
        self.deadlines = true;
        self
    }
}

#[async_trait::async_trait]
impl Transport for RouterTransport {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let place = redacted(&request.url);
        let invalid =
            |error: &dyn std::fmt::Display| HttpError::new(HttpErrorKind::Invalid, format!("{place} cannot be requested: {error}"));
        let uri: http::Uri = request.url.parse().map_err(|error: http::uri::InvalidUri| invalid(&error))?;
        let host = uri.authority().map(|authority| authority.as_str().to_ascii_lowercase()).unwrap_or_default();
        let router =
            self.routers.get(&host).ok_or_else(|| HttpError::new(HttpErrorKind::NotConnected, format!("nobody listens at {host}")))?;
        let mut inner = http::Request::builder()
            .method(request.method)
            .uri(uri.path_and_query().map_or("/", |path| path.as_str()))
            .body(Body::from(request.body))
            .map_err(|error| invalid(&error))?;
        *inner.headers_mut() = request.headers;
        if let Ok(value) = host.parse() {
            inner.headers_mut().insert(http::header::HOST, value);
        }
        let exchange = async {
            let Ok(answer) = router.clone().oneshot(inner).await;
            let (parts, body) = answer.into_parts();
            let body = Limited::new(body, request.max_response).collect().await.map_err(|error| {
                let kind = if error.downcast_ref::<LengthLimitError>().is_some() { HttpErrorKind::TooLarge } else { HttpErrorKind::Lost };
                HttpError::new(kind, format!("{host}: {error}"))
            })?;
            Ok(Response { status: parts.status, headers: parts.headers, body: body.to_bytes() })
        };
        if self.deadlines {
            let late = || HttpError::new(HttpErrorKind::TimedOut, format!("{host} did not answer in {} ms", request.deadline.as_millis()));
            tokio::time::timeout(request.deadline, exchange).await.unwrap_or_else(|_| Err(late()))
        } else {
            exchange.await
        }
    }
}
