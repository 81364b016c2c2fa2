//! Sums of a journey's counters.

use std::collections::BTreeMap;

use model::WorkspaceId;

use crate::ops::prelude::*;

/// What became of everybody who entered.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
pub struct Totals {
    pub entered: i64,
    pub active: i64,
    pub completed: i64,
    pub exited: i64,
    pub failed: i64,
    pub goal: i64,
}

/// Counters of some versions together: by step, then by name. The whole journey's stand under the empty step.
pub type Sums = BTreeMap<String, BTreeMap<String, i64>>;

/// Adds up the counters of the given versions.
pub async fn sums(state: &ApiState, ws: WorkspaceId, journey: &str, versions: &[String]) -> Result<Sums, Problem> {
    let mut sums = Sums::new();
    for version in versions {
        for counter in state.store().counters(ws, &format!("journey:{journey}:{version}")).await? {
            *sums.entry(counter.key).or_default().entry(counter.name).or_default() += counter.value;
        }
    }
    Ok(sums)
}

pub fn count(sums: &Sums, step: &str, name: &str) -> i64 {
    sums.get(step).and_then(|names| names.get(name)).copied().unwrap_or_default()
}

pub fn totals(sums: &Sums) -> Totals {
    let of = |name| count(sums, "", name);
    let (entered, completed, exited, failed) = (of("entered"), of("completed"), of("exited"), of("failed"));
    Totals { entered, active: (entered - completed - exited - failed).max(0), completed, exited, failed, goal: of("goal") }
}

/// Every version of a journey that was ever published.
pub async fn all_versions(state: &ApiState, ws: WorkspaceId, journey: &str) -> Result<Vec<String>, Problem> {
    Ok(state.engine().journey_versions(ws, journey).await?.into_iter().map(|v| v.version).collect())
}
