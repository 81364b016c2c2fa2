//! What the log keeps of a step.

use model::signal::Signal;
use model::timeline::TimelineEntry;
use serde::{Deserialize, Serialize};

/// As it is written.
#[derive(Serialize)]
pub(crate) struct LoggedRef<'a> {
    pub(crate) signal: &'a Signal,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) timeline: &'a [TimelineEntry],
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub(crate) reply: &'a serde_json::Value,
}

/// The signal and its answer.
#[derive(Deserialize)]
pub(crate) struct Logged {
    pub(crate) signal: Signal,
    #[serde(default)]
    pub(crate) reply: serde_json::Value,
}

/// The lines alone.
#[derive(Deserialize)]
pub(crate) struct Lines {
    #[serde(default)]
    pub(crate) timeline: Vec<TimelineEntry>,
}
