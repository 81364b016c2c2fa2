//! `sim`: plays seeds, and shows how to play a failing one again.
//!
//! **Knows** the command line and what a play answers. **Must never know** how a play works: that is the library's.
//!
//! To add an option: a field of `Cli`, and its line in `docs/simulation.md`.
#![expect(clippy::print_stdout, reason = "a tool for the terminal: printing is what it does")]

use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Parser;
use sim::play::{self, Failure, Plan, Report};
use sim::seeds;

/// Plays the engine against the simulated world with seeded faults, each seed twice, and checks after every step.
#[derive(Parser)]
struct Cli {
    /// One seed.
    #[arg(long)]
    seed: Option<u64>,
    /// A range of seeds: from..to.
    #[arg(long, value_parser = range)]
    seeds: Option<Range<u64>>,
    /// Acts in each play.
    #[arg(long, default_value_t = 300)]
    steps: u64,
    /// New seeds for so many minutes.
    #[arg(long)]
    minutes: Option<f64>,
    /// The kept seeds of this file.
    #[arg(long)]
    kept: Option<PathBuf>,
    /// Play each seed once only: faster, and blind for what leaks in from outside.
    #[arg(long)]
    once: bool,
    /// Go on after a failure, and count.
    #[arg(long)]
    keep_going: bool,
    /// Print every act.
    #[arg(long)]
    verbose: bool,
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let (from, to) = text.split_once("..").ok_or("a range is written from..to")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text}: {error}"));
    Ok(number(from)?..number(to)?)
}

/// The moment of the start, so that new seeds are new.
#[expect(clippy::disallowed_methods, reason = "a tool draws new seeds from the time at which it starts")]
fn fresh() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    since.as_secs() * 1_000
}

#[expect(clippy::disallowed_methods, reason = "a tool measures real time")]
fn clock() -> Instant {
    Instant::now()
}

#[derive(Default)]
struct Total {
    seeds: u64,
    steps: u64,
    crashes: u64,
    faults: u64,
    records: u64,
    phones: u64,
    at_once: u64,
    failed: Vec<u64>,
}

impl Total {
    fn add(&mut self, report: &Report) {
        self.steps += report.steps;
        self.crashes += report.crashes;
        self.faults += report.faults;
        self.records += report.log_records;
        self.phones += report.phone_rows;
        self.at_once += report.at_once;
    }
}

fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    let start = clock();
    let mut total = Total::default();
    if let Some(file) = &cli.kept {
        let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        for kept in seeds::parse(&text)? {
            one(&cli, kept.seed, kept.steps, &mut total)?;
        }
    }
    let single = cli.seed.map(|seed| seed..seed + 1);
    for seed in cli.seeds.clone().into_iter().chain(single).flatten() {
        one(&cli, seed, cli.steps, &mut total)?;
        if !total.failed.is_empty() && !cli.keep_going {
            break;
        }
    }
    if let Some(minutes) = cli.minutes {
        let first = fresh();
        println!("New seeds from {first}");
        let until = Duration::from_secs_f64(minutes * 60.0);
        for seed in first.. {
            if start.elapsed() >= until || (!total.failed.is_empty() && !cli.keep_going) {
                break;
            }
            one(&cli, seed, cli.steps, &mut total)?;
        }
    }
    println!(
        "{} seeds, {} steps, {} crashes, {} faults, {} signals, {} messages on phones, {} sent at once, in {:.1} s; {} failed {:?}",
        total.seeds,
        total.steps,
        total.crashes,
        total.faults,
        total.records,
        total.phones,
        total.at_once,
        start.elapsed().as_secs_f64(),
        total.failed.len(),
        total.failed
    );
    Ok(if total.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn one(cli: &Cli, seed: u64, steps: u64, total: &mut Total) -> Result<()> {
    total.seeds += 1;
    let plan = Plan::new(seed, steps);
    let played = if cli.once { play::once(&plan) } else { play::twice(&plan) };
    match played {
        Ok(report) => {
            total.add(&report);
            if cli.verbose {
                println!("{}", report.history.last(usize::MAX).join("\n"));
                println!("seed {seed}: {:016x}", report.history.hash());
            }
        }
        Err(failure) => {
            total.failed.push(seed);
            show(&failure, steps, if cli.verbose { usize::MAX } else { SHOWN });
        }
    }
    Ok(())
}

/// Acts shown of a play that failed, unless all are asked for.
const SHOWN: usize = 25;

fn show(failure: &Failure, steps: u64, shown: usize) {
    println!("seed {} failed at step {}: {}", failure.seed, failure.step, failure.invariant.unwrap_or("the play broke off"));
    println!("  {}", failure.detail);
    for line in &failure.last[failure.last.len().saturating_sub(shown)..] {
        println!("  {line}");
    }
    println!("  again: cargo xtask sim --seed {} --steps {steps}\n", failure.seed);
}
