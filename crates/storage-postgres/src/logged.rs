//! What the log keeps of a step.

use model::signal::Signal;
use model::timeline::TimelineEntry;
use serde::{Deserialize, Serialize};

/// As it is written. The answer stands with the dedupe key.
#[derive(Serialize)]
pub(crate) struct LoggedRef<'a> {
    pub(crate) signal: &'a Signal,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) timeline: &'a [TimelineEntry],
}

/// The signal alone.
#[derive(Deserialize)]
pub(crate) struct Logged {
    pub(crate) signal: Signal,
}

/// The lines alone.
#[derive(Deserialize)]
pub(crate) struct Lines {
    #[serde(default)]
    pub(crate) timeline: Vec<TimelineEntry>,
}
