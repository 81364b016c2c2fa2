//! Problem details (RFC 9457): the one shape of every error that leaves this server.

mod codes;
mod convert;
mod pages;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::RequestId;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

pub use codes::Code;
pub use pages::error_pages;

use crate::engine::Fault;

/// An error on its way out. It becomes text in one place, [`Problem::render`], where the request's id is known.
/// Boxed, because it travels in the results of nearly every function here.
#[derive(Clone, Debug)]
pub struct Problem(Box<Details>);

/// What a problem says.
#[derive(Clone, Debug)]
pub struct Details {
    pub code: Code,
    /// For the caller: what was wrong with this request.
    pub detail: String,
    pub faults: Vec<Fault>,
    /// What to do about it, when there is one thing to do.
    pub fix: Option<String>,
    /// Further members.
    pub extra: Map<String, Value>,
    /// Seconds.
    pub retry_after: Option<u64>,
    /// For the log only: never leaves the server.
    pub internal: Option<String>,
}

/// How a problem looks, for the OpenAPI document.
#[derive(ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A page about this kind of problem.
    #[schema(example = "/problems/not-found")]
    pub r#type: String,
    #[schema(example = "Not found")]
    pub title: String,
    #[schema(example = 404)]
    pub status: u16,
    /// What was wrong with this request.
    pub detail: String,
    /// The request; its id is in the `x-request-id` header too.
    #[schema(example = "/requests/req_01kaqz3e5hf0bax8wtvn9g8c2d")]
    pub instance: String,
    /// Stable: programs may branch on it.
    #[schema(example = "not_found")]
    pub code: String,
    /// The faults found in the request, each with its place.
    pub errors: Option<Vec<Fault>>,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Problem {
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let (faults, extra) = (Vec::new(), Map::new());
        Self(Box::new(Details { code, detail: detail.into(), faults, fix: None, extra, retry_after: None, internal: None }))
    }

    /// Something broke here. The text goes to the log and never to the caller.
    #[must_use]
    pub fn internal(text: impl Into<String>) -> Self {
        Self::new(Code::Internal, "the server could not do this; the log has the reason under this request's id").because(text)
    }

    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("{what} not found"))
    }

    /// A body that was read and does not make sense.
    #[must_use]
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let detail = match faults.as_slice() {
            // The whole body has the empty pointer.
            [one] if one.pointer.is_empty() => one.detail.clone(),
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} faults in the request", many.len()),
        };
        Self::new(Code::Invalid, detail).at(faults)
    }

    /// Where the faults are.
    #[must_use]
    pub fn at(mut self, faults: Vec<Fault>) -> Self {
        self.0.faults = faults;
        self
    }

    /// The same request may work after this many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// What only the log is told.
    #[must_use]
    pub fn because(mut self, text: impl Into<String>) -> Self {
        self.0.internal = Some(text.into());
        self
    }

    #[must_use]
    pub fn with(mut self, member: &str, value: Value) -> Self {
        self.0.extra.insert(member.to_owned(), value);
        self
    }

    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.0.fix = Some(fix.into());
        self
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem of an error answer that some layer made without saying why.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found("this address"),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(Code::MethodNotAllowed, "this address does not know the method"),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(Code::BodyTooLarge, "the body is larger than this address takes"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(Code::UnsupportedMediaType, "this address takes another content type"),
            _ if status.is_client_error() => Self::new(Code::InvalidRequest, "the request cannot be understood"),
            _ => Self::internal(format!("a layer answered {status}")),
        }
    }

    /// Writes the answer.
    #[must_use]
    pub fn render(self, request: RequestId) -> Response {
        let status = self.status();
        let mut body = Map::new();
        body.insert("type".to_owned(), json!(format!("/problems/{}", self.code.as_str().replace('_', "-"))));
        body.insert("title".to_owned(), json!(self.code.title()));
        body.insert("status".to_owned(), json!(status.as_u16()));
        body.insert("detail".to_owned(), json!(self.detail));
        body.insert("instance".to_owned(), json!(format!("/requests/{request}")));
        body.insert("code".to_owned(), json!(self.code.as_str()));
        if !self.faults.is_empty() {
            body.insert("errors".to_owned(), json!(self.faults));
        }
        let details = *self.0;
        if let Some(fix) = details.fix {
            body.insert("fix".to_owned(), json!(fix));
        }
        for (member, value) in details.extra {
            body.entry(member).or_insert(value);
        }
        let mut response = (status, Value::Object(body).to_string()).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = details.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}

impl std::ops::Deref for Problem {
    type Target = Details;
    fn deref(&self) -> &Details {
        &self.0
    }
}

impl std::ops::DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl IntoResponse for Problem {
    /// Only marks the answer; the outermost layer renders it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
