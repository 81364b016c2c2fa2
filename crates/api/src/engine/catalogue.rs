//! Journeys as people list, read and publish them.

use model::{Purpose, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema;

/// What a journey does with people who could enter or are inside (R-VER-3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JourneyState {
    Open,
    /// Nobody enters; who is inside goes on.
    Closed,
    /// Everything stands still; clocks are kept.
    Held,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct JourneySummary {
    #[schema(example = "appointment_reminder")]
    pub name: String,
    pub title: String,
    pub owner: String,
    #[schema(value_type = schema::Purpose)]
    pub purpose: Purpose,
    pub state: JourneyState,
    pub version: String,
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
    pub goal: Option<Goal>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Goal {
    pub name: String,
    #[schema(example = "14d")]
    pub within: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct JourneyDetail {
    #[serde(flatten)]
    pub summary: JourneySummary,
    /// The file, as it was published.
    pub source: String,
    pub graph: Graph,
    pub entry: Entry,
    /// The first step.
    pub start: String,
    /// In the file's order.
    pub steps: Vec<JourneyStep>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct JourneyStep {
    pub id: String,
    pub kind: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Entry {
    #[schema(example = "appointment_booked")]
    pub on: String,
    pub policy: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct Graph {
    pub nodes: Vec<GraphNode>,
    pub edges: Vec<GraphEdge>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct GraphNode {
    pub id: String,
    /// `delay`, `send`, `await`, `branch`, `set`, `emit`, `hand_off`, `end`.
    pub kind: String,
    pub label: String,
    pub detail: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct GraphEdge {
    pub from: String,
    pub to: String,
    pub label: String,
    /// `next`, `fallback`, `reply`, `event`, `timeout`, `default`, `branch`, `late`.
    pub kind: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct JourneyVersion {
    pub version: String,
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
    pub published_by: String,
    pub active: bool,
}

/// What the compiler says of a source.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Validation {
    pub diagnostics: Vec<Diagnostic>,
    pub graph: Option<Graph>,
    pub version: Option<String>,
}

/// One thing the compiler has to say, with its place in the file (1-based).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Diagnostic {
    pub severity: Severity,
    #[schema(example = "wait_without_timeout")]
    pub code: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub what: String,
    pub fix: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Published {
    Done(Box<JourneyDetail>),
    Refused(Vec<Diagnostic>),
}
