//! Reads a body whole, within a size and a time.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;

use crate::problem::{Code, Problem};

/// For batches and webhooks.
pub const LARGE: usize = 3 * 1024 * 1024;
/// For everything else.
pub const SMALL: usize = 1024 * 1024;
/// A body that takes longer than this ties up a connection for nothing. Real time: it guards the server and decides nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// The bytes as they came, up to 3 MB: what a signature is made over.
pub struct RawBody(pub Bytes);

/// Reads the body. More than `limit` bytes is a 413, before they are all read.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let declared = http_body::Body::size_hint(&body).lower();
    if declared > limit as u64 {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(PATIENCE, to_bytes(body, limit)).await {
        Err(_) => Err(Problem::new(Code::BodyTimeout, format!("the body did not arrive within {} seconds", PATIENCE.as_secs()))),
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_length(&error) => Err(too_large(limit)),
        Ok(Err(_)) => Err(Problem::new(Code::InvalidRequest, "the connection ended before the body did")),
    }
}

pub(crate) async fn read_large(body: Body) -> Result<Bytes, Problem> {
    read(body, LARGE).await
}

pub(crate) async fn read_file(body: Body, limit: usize) -> Result<Bytes, Problem> {
    read(body, limit).await
}

fn is_length(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("the body is larger than {limit} bytes"))
}

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read_large(request.into_body()).await.map(Self)
    }
}
