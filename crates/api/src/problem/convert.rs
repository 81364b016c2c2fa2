//! How other crates' errors become problems.

use serde_json::json;
use storage::{Rejection, StorageError, StorageErrorKind};

use super::{Code, Problem};
use crate::engine::EngineError;

/// The error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        let mut problem = match error.kind {
            StorageErrorKind::Conflict => Self::new(Code::Conflict, "somebody else changed this first"),
            StorageErrorKind::Unavailable => {
                Self::new(Code::Unavailable, "the store cannot take this now; nothing was changed").retry_after(1)
            }
            StorageErrorKind::Busy => Self::new(Code::WorkspaceBusy, "more of this workspace waits than is good; slow down").retry_after(1),
            StorageErrorKind::Invalid => Self::new(Code::InvalidRequest, "the store does not understand this request"),
            StorageErrorKind::Corrupt | StorageErrorKind::Incompatible => Self::internal(""),
        };
        problem.internal = Some(chain(&error));
        problem
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NotFound(what) => Self::not_found(&what),
            EngineError::Invalid { detail, faults } => Self::new(Code::Invalid, detail).at(faults),
            EngineError::Conflict(detail) => Self::new(Code::Conflict, detail),
            EngineError::BroadcastIncomplete { recipients, missing } => {
                let items: Vec<_> = missing.iter().map(|one| json!({ "item": one.as_str(), "remedy": one.remedy() })).collect();
                let names = missing.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
                let detail = format!("a broadcast to {recipients} recipients needs more before it may start: {names}");
                Self::new(Code::BroadcastIncomplete, detail).with("missing", json!(items)).with("recipients", json!(recipients))
            }
            EngineError::Upstream(detail) => Self::new(Code::Upstream, detail),
            EngineError::Storage(error) => error.into(),
        }
    }
}

impl From<Rejection> for Problem {
    /// `decide`'s refusals: the few that callers branch on have codes of their own.
    fn from(rejection: Rejection) -> Self {
        let code = match rejection.code.as_str() {
            "stale_thread" | "newer_message" => Code::NewerMessage,
            "not_sent" => Code::NotSent,
            code if code.ends_with("not_found") => Code::NotFound,
            "invalid" => Code::Invalid,
            _ => Code::Rejected,
        };
        let mut problem = Self::new(code, rejection.detail).with("reason", rejection.code.into());
        if let serde_json::Value::Object(data) = rejection.data {
            problem.extra.extend(data);
        }
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_store_says_stays_in_the_log() {
        for (kind, code) in [
            (StorageErrorKind::Conflict, Code::Conflict),
            (StorageErrorKind::Unavailable, Code::Unavailable),
            (StorageErrorKind::Busy, Code::WorkspaceBusy),
            (StorageErrorKind::Corrupt, Code::Internal),
            (StorageErrorKind::Incompatible, Code::Internal),
            (StorageErrorKind::Invalid, Code::InvalidRequest),
        ] {
            let problem = Problem::from(StorageError::new(kind, "table secrets, row 7"));
            assert_eq!(problem.code, code);
            assert!(!problem.detail.contains("secrets"));
            assert_eq!(problem.internal.as_deref(), Some("table secrets, row 7"));
        }
    }
}
