//! An answer that is no success: `{"errors": [{code, title, detail, meta}]}`.

use serde_json::{Value, json};

use super::codes;

#[derive(Debug, PartialEq, Eq)]
pub struct TelnyxError {
    pub status: u16,
    pub code: u32,
    detail: String,
}

impl TelnyxError {
    #[must_use]
    pub fn new(code: u32, detail: impl Into<String>) -> Self {
        Self { status: codes::http_status(code), code, detail: detail.into() }
    }

    #[must_use]
    pub fn body(&self) -> Value {
        json!({ "errors": [fault(self.code, &self.detail)] })
    }
}

/// One entry of `errors`, in answers and in statuses alike.
#[must_use]
pub fn fault(code: u32, detail: &str) -> Value {
    let title = codes::title(code);
    let detail = if detail.is_empty() { title } else { detail };
    json!({
        "code": code.to_string(),
        "title": title,
        "detail": detail,
        "meta": { "url": format!("https://developers.telnyx.com/docs/overview/errors/{code}") },
    })
}
