//! How fast it is, always beside a yardstick that was measured in the same minute on the same machine: `make bench`, or `QUICK=1 make bench`.
//!
//! **Knows** the decision core with its store, and the built program from the outside. **Must never know** anything that a user of either does
//! not know: no private types, no switches of its own in the product.
//!
//! Ratios carry over to other machines, rates do not. Every loop has an end; medians are over several rounds.
//!
//! To add a figure: a file with a `measure` function that answers [`report::Figure`]s, and its line in `main`.
#![expect(clippy::print_stdout, reason = "a tool for the terminal: printing is what it does")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

mod broadcast;
mod delay;
mod event_step;
mod installation;
mod intake;
mod naive;
mod others;
mod plain;
mod program;
mod relay;
mod report;
mod stub;
mod timers;
mod wire;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;

/// The allocator of the product, on both sides of every comparison.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures speed and size, and writes target/bench/results.json.
#[derive(Parser)]
struct Cli {
    /// Shorter rounds: a look, not a figure to quote.
    #[arg(long, env = "QUICK", value_parser = clap::builder::FalseyValueParser::new(), num_args = 0..=1, default_missing_value = "1", default_value = "")]
    quick: bool,
    /// Only the measurement with this name, or whose figures begin with it.
    #[arg(long, env = "BENCH", default_value = "")]
    only: String,
    /// People in the stores of the event step. A million by itself, 20,000 if quick.
    #[arg(long)]
    contacts: Option<u32>,
    /// Folder for stores and results; it should be on the disk that one wants to know about.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// Of the broadcast measurement: the process that plans on this store until it is killed.
    #[arg(long, hide = true)]
    plan: Option<PathBuf>,
}

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    pub quick: bool,
    contacts: Option<u32>,
}

impl Effort {
    fn pick<T>(self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// A round's length in seconds.
    fn span(self, full: u64, quick: u64) -> Duration {
        Duration::from_secs(self.pick(full, quick))
    }

    fn people(self) -> u32 {
        self.contacts.unwrap_or(self.pick(1_000_000, 20_000))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    if let Some(file) = &cli.plan {
        return broadcast::plan_until_killed(file).await;
    }
    let effort = Effort { quick: cli.quick, contacts: cli.contacts };
    let wanted = |name: &str| name.contains(&cli.only) || (!cli.only.is_empty() && cli.only.starts_with(name));
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    std::fs::create_dir_all(&cli.folder)?;
    let mut sheet = report::Sheet::new(cli.folder.join("results.json"));
    if wanted("event_step_sqlite") {
        event_step::sqlite(&cli.folder, effort, &mut sheet).await?;
    }
    if wanted("event_step_postgres") {
        sheet.add(event_step::postgres(effort).await?)?;
    }
    if wanted("intake") {
        sheet.add(intake::measure(&cli.folder, effort).await?)?;
    }
    if wanted("event_to_call") {
        sheet.add(delay::measure(&cli.folder, effort).await?)?;
    }
    if wanted("timers") {
        sheet.add(timers::measure(&cli.folder, effort).await?)?;
    }
    if wanted("broadcast") {
        sheet.add(broadcast::measure(&cli.folder, effort).await?)?;
    }
    if wanted("program") {
        sheet.add(program::measure(&cli.folder, effort).await?)?;
    }
    // Only by name: it takes ten minutes.
    if cli.only == "steady" {
        sheet.add(delay::steady(&cli.folder, effort).await?)?;
    }
    // Only by name: it installs other people's programs.
    if cli.only == "others" {
        others::measure(&cli.folder, effort, &mut sheet).await?;
    }
    anyhow::ensure!(!sheet.is_empty(), "there is no measurement `{}`", cli.only);
    Ok(())
}
