//! `cargo xtask crash`: kills the product as often as it is told, and counts what was lost or doubled. CI runs the small form with the tests.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::shell;

const TEST: &str = "kills::killed_at_random_moments_nothing_is_lost_and_nobody_is_written_to_twice";

/// Kills the real program at random moments while journeys run, and counts from the outside what was lost or doubled.
#[derive(Args)]
pub struct Crash {
    /// How often it is killed.
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// Journey runs, one for each customer.
    #[arg(long, default_value_t = 2_000)]
    runs: u32,
    /// The same seed gives the same customers and the same moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the findings as JSON at the end.
    #[arg(long)]
    json: bool,
}

pub fn run(how: &Crash) -> Result<()> {
    let report: PathBuf = shell::root().join("target/crash.json");
    let (runs, kills, seed) = (how.runs.to_string(), how.kills.to_string(), how.seed.to_string());
    let path = report.to_string_lossy().into_owned();
    let variables = [("CRASH_RUNS", runs.as_str()), ("CRASH_KILLS", &kills), ("CRASH_SEED", &seed), ("CRASH_JSON", &path)];
    let line = ["cargo", "test", "--quiet", "--locked", "-p", "antiphon", "--test", "crash", TEST, "--", "--exact", "--nocapture"];
    let done = shell::run_in(&shell::root(), &line, &variables);
    if how.json {
        println!("{}", std::fs::read_to_string(&report)?);
    }
    done
}
