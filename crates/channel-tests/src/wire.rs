//! The provider's end of HTTP: it takes what comes, remembers it, and answers what it was told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http_client::{Bytes, HeaderMap, HttpError, HttpErrorKind, Request, Response, StatusCode, Transport, header};

#[derive(Clone, Default)]
pub struct Wire {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    answers: VecDeque<Result<Response, HttpErrorKind>>,
    calls: Vec<String>,
}

impl Wire {
    #[must_use]
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }

    /// Adds an answer in JSON.
    pub fn answer(&self, status: u16, body: &str) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.push(Ok(Response { status, headers, body: Bytes::copy_from_slice(body.as_bytes()) }));
    }

    /// The request gets no answer.
    pub fn fail(&self, kind: HttpErrorKind) {
        self.push(Err(kind));
    }

    fn push(&self, answer: Result<Response, HttpErrorKind>) {
        if let Ok(mut inner) = self.inner.lock() {
            inner.answers.push_back(answer);
        }
    }

    /// Requests that arrived since this was last asked: method, address and body.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.inner.lock().map(|mut inner| std::mem::take(&mut inner.calls)).unwrap_or_default()
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let call = format!("{} {}\n{}", request.method, request.url, String::from_utf8_lossy(&request.body));
        let lost = || HttpError::new(HttpErrorKind::Lost, "the provider was told nothing");
        let mut inner = self.inner.lock().map_err(|_| lost())?;
        let answer = inner.answers.pop_front();
        if !matches!(answer, Some(Err(kind)) if kind.certainly_not_sent()) {
            inner.calls.push(call);
        }
        answer.ok_or_else(lost)?.map_err(|kind| HttpError::new(kind, "the provider: as told"))
    }
}
