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

mod delay;
mod installation;
mod intake;
mod program;
mod relay;
mod report;
mod rows;
mod steps;
mod story;
mod stub;
mod wire;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

/// Measures speed and size, and writes target/bench/results.json.
#[derive(Parser)]
struct Cli {
    /// Shorter rounds: a look, not a figure to quote.
    #[arg(long, env = "QUICK", value_parser = clap::builder::FalseyValueParser::new(), num_args = 0..=1, default_missing_value = "1", default_value = "")]
    quick: bool,
    /// Only the figures whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Folder for stores and results; it should be on the disk that one wants to know about.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    pub quick: bool,
}

impl Effort {
    fn pick<T>(self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let effort = Effort { quick: cli.quick };
    let wanted = |name: &str| name.contains(&cli.only);
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    std::fs::create_dir_all(&cli.folder)?;
    let mut figures = Vec::new();
    if wanted("event_step_sqlite") {
        figures.push(steps::measure(&cli.folder, effort).await?);
    }
    if wanted("intake") {
        figures.push(intake::measure(&cli.folder, effort).await?);
    }
    if wanted("event_to_call") {
        figures.extend(delay::measure(&cli.folder, effort).await?);
    }
    if wanted("program") {
        figures.extend(program::measure(&cli.folder, effort).await?);
    }
    println!("{}", report::table(&figures));
    report::write(&cli.folder.join("results.json"), &figures)
}
