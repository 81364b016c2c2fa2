//! How quickly events become calls, as operators see it (A6).

use serde::Serialize;
use utoipa::ToSchema;

/// Times from an event to the provider's call, of messages to one person. Percentiles are at most a quarter too high, and never too low.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct Latency {
    /// How far back it looks.
    pub minutes: u32,
    pub messages: u64,
    pub p50_ms: u64,
    pub p99_ms: u64,
    pub slowest_ms: u64,
    /// What is aimed at, and how many messages took longer.
    pub target_ms: u64,
    pub over_target: u64,
}
