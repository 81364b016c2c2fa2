//! Requests and answers.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::{HttpError, HttpErrorKind};

/// Longest answer that is read unless the caller says otherwise, in bytes.
const MAX_RESPONSE: usize = 1024 * 1024;

/// Whole time of a request unless the caller says otherwise.
const DEADLINE: Duration = Duration::from_secs(20);

/// One request. `Debug` shows neither headers, query nor body.
#[derive(Clone)]
pub struct Request {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// From the start of the call to the last byte of the answer.
    pub deadline: Duration,
    /// In bytes; a longer answer is an error.
    pub max_response: usize,
}

impl Request {
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: HeaderMap::new(), body: Bytes::new(), deadline: DEADLINE, max_response: MAX_RESPONSE }
    }

    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url)
    }

    #[must_use]
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::POST, url)
    }

    /// Sets a header. Fails for a value that cannot be one (a line break in a token, for instance).
    pub fn header(mut self, name: HeaderName, value: &str) -> Result<Self, HttpError> {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            HttpError::new(HttpErrorKind::Invalid, format!("the value of header {name} has characters that a header cannot have"))
        })?;
        value.set_sensitive(name == http::header::AUTHORIZATION);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Sets the body and its content type.
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Result<Self, HttpError> {
        let mut request = self.header(http::header::CONTENT_TYPE, content_type)?;
        request.body = body.into();
        Ok(request)
    }

    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    #[must_use]
    pub fn accepting(mut self, max_response: usize) -> Self {
        self.max_response = max_response;
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({} bytes)", self.method, redacted(&self.url), self.body.len())
    }
}

/// One answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Response {
    /// A header's text, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// An address without user, query and fragment, for logs.
#[must_use]
pub fn redacted(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (scheme, rest) = url[..end].split_once("://").unwrap_or(("", &url[..end]));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show_in_debug() {
        let request = Request::post("https://user:pass@example.com/a/b?token=secret#x")
            .header(http::header::AUTHORIZATION, "Bearer secret")
            .unwrap()
            .body("text/plain", "secret")
            .unwrap();
        assert_eq!(format!("{request:?}"), "POST https://example.com/a/b (6 bytes)");
        assert!(!format!("{:?}", request.headers).contains("secret"));
    }

    #[test]
    fn a_header_with_a_line_break_is_refused() {
        let error = Request::get("https://example.com").header(http::header::AUTHORIZATION, "Bearer a\r\nX: b").unwrap_err();
        assert!(error.kind.certainly_not_sent() && !error.to_string().contains("Bearer"));
    }
}
