//! A JSON body, with faults that say where.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::raw::{LARGE, SMALL, read};
use crate::engine::Fault;
use crate::problem::{Code, Problem};

/// A JSON body of type `T`, up to `LIMIT` bytes, and a hash of its bytes for idempotency.
pub struct Body<T, const LIMIT: usize = SMALL> {
    pub value: T,
    pub fingerprint: u64,
}

/// A large JSON body: batches.
pub type LargeBody<T> = Body<T, LARGE>;

impl<T: DeserializeOwned, const LIMIT: usize, S: Send + Sync> FromRequest<S> for Body<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        Self::read(&parts.headers, body).await
    }
}

impl<T: DeserializeOwned, const LIMIT: usize> Body<T, LIMIT> {
    pub(crate) async fn read(headers: &HeaderMap, body: axum::body::Body) -> Result<Self, Problem> {
        check_type(headers)?;
        let bytes: Bytes = read(body, LIMIT).await?;
        Ok(Self { value: parse(&bytes)?, fingerprint: model::draws::stable_hash(&[&bytes]) })
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if content_type == "application/json" {
        return Ok(());
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
        return Ok(());
    }
    let given = if essence.is_empty() { "none".to_owned() } else { format!("`{essence}`") };
    Err(Problem::new(Code::UnsupportedMediaType, format!("the content type must be application/json; it is {given}")))
}

/// Reads JSON: broken syntax is one problem (with line and column), a wrong shape another (with a pointer).
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Most bodies are right. Only one that is not is read again, by who keeps track of where it is.
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().clone();
        problem(&path, &error.into_inner())
    })?;
    reader.end().map_err(|error| syntax(&error))?;
    Ok(value)
}

fn syntax(error: &serde_json::Error) -> Problem {
    let what = if error.is_eof() { "the JSON ends too early" } else { "the body is not well-formed JSON" };
    Problem::new(Code::MalformedJson, format!("{what}, at line {} column {}", error.line(), error.column()))
}

fn problem(path: &serde_path_to_error::Path, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        return syntax(error);
    }
    let mut pointer = String::new();
    for segment in path {
        use serde_path_to_error::Segment;
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    // serde's text ends with the position in the body, which the pointer says better.
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    Problem::invalid(vec![Fault::new(pointer, text)])
}
