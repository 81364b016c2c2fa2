//! An answer of the API.

use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

#[derive(Debug)]
pub struct Answer {
    what: String,
    pub status: u16,
    headers: HeaderMap,
    /// `null` when the body is no JSON.
    pub json: Value,
    pub body: String,
}

impl Answer {
    pub async fn read(what: String, response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Self { what, status: parts.status.as_u16(), headers: parts.headers, json, body }
    }

    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.what, self.body);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn code(&self) -> &str {
        text(&self.json["code"])
    }
}

/// A JSON text; empty when it is none.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
