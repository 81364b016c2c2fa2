//! How an engine use case fails, typed by what the caller is told.

use model::broadcast::Missing;
use serde::Serialize;
use storage::StorageError;
use utoipa::ToSchema;

/// One fault in what the caller sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Fault {
    /// JSON pointer into the body, or `?name` for a query parameter.
    #[schema(example = "/contact/phone")]
    pub pointer: String,
    #[schema(example = "must be a phone number in E.164 form such as +12025550123")]
    pub detail: String,
}

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("{0} not found")]
    NotFound(String),
    /// What was sent does not make sense; 422 with the faults.
    #[error("{detail}")]
    Invalid { detail: String, faults: Vec<Fault> },
    /// It makes sense and cannot be done now; 409.
    #[error("{0}")]
    Conflict(String),
    /// A large broadcast lacks something; 409 with the list.
    #[error("a broadcast to {recipients} recipients needs more before it may start")]
    BroadcastIncomplete { recipients: u64, missing: Vec<Missing> },
    /// A provider or another part did not answer; 502.
    #[error("{0}")]
    Upstream(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Fault {
    #[must_use]
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}
