//! One play: one seed, one thread, one history.

mod acts;
mod calm;
mod life;
mod stage;

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context as _, Result};

use crate::faults::Plant;
use crate::history::History;
use crate::oracle::Violation;
use stage::Stage;

/// What is played.
#[derive(Clone)]
pub struct Plan {
    pub seed: u64,
    pub steps: u64,
    /// What is broken on purpose, for tests of the checks.
    pub plant: Plant,
}

impl Plan {
    #[must_use]
    pub fn new(seed: u64, steps: u64) -> Self {
        Self { seed, steps, plant: Plant::None }
    }
}

/// What a play came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub steps: u64,
    pub crashes: u64,
    pub faults: u64,
    pub log_records: u64,
    pub phone_rows: u64,
    /// Messages that left in the step that planned them.
    pub at_once: u64,
    pub history: History,
}

/// A play that found something.
#[derive(Debug)]
pub struct Failure {
    pub seed: u64,
    pub step: u64,
    /// The rule that does not hold; nothing when the play itself broke off.
    pub invariant: Option<&'static str>,
    pub detail: String,
    /// Every act, the last one last.
    pub last: Vec<String>,
}

/// Plays a seed once.
pub fn once(plan: &Plan) -> Result<Report, Failure> {
    let mut progress = Progress::default();
    let played = catch_unwind(AssertUnwindSafe(|| run(plan, &mut progress)));
    let failure = |invariant, detail| Failure {
        seed: plan.seed,
        step: progress.report.steps,
        invariant,
        detail,
        last: progress.report.history.last(usize::MAX),
    };
    match played {
        Ok(Ok(())) => Ok(progress.report),
        Ok(Err(error)) => {
            let violation = error.downcast_ref::<Violation>();
            Err(failure(violation.map(|found| found.invariant), format!("{error:#}")))
        }
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(failure(Some("no panic"), text.unwrap_or_else(|| "a panic without words".to_owned())))
        }
    }
}

/// Plays a seed twice and compares: what differs leaked in from outside.
pub fn twice(plan: &Plan) -> Result<Report, Failure> {
    let first = once(plan)?;
    let second = once(plan)?;
    match first.history.difference(&second.history) {
        None => Ok(first),
        Some(detail) => {
            Err(Failure { seed: plan.seed, step: first.steps, invariant: Some("same seed, same history"), detail, last: Vec::new() })
        }
    }
}

/// Outlives a panic in the middle of a play.
#[derive(Default)]
struct Progress {
    report: Report,
}

fn run(plan: &Plan, progress: &mut Progress) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().context("no runtime")?;
    runtime.block_on(async {
        let mut stage = Box::new(Stage::new(plan).await?);
        let played = stage.play(plan.steps, &mut progress.report).await;
        let buried = stage.leave().await;
        played.and(buried)
    })
}
