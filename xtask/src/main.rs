//! The project's own tools: `cargo xtask <command>`.
//!
//! **Knows** the repository: its files, `cargo metadata`, the suites of tests and how to run them. **Must never know** the product's crates:
//! nothing here is linked into it, and nothing of it is linked here.
//!
//! `ci` is what `.ci/run` runs, step by step; `test`, `lint`, `tidy`, `deny` and `gen` are its parts, to be run alone.
//!
//! To add a rule about the tree: a file in `tidy/` and its line in `tidy/mod.rs`. To add a suite of tests: a line in `suite/mod.rs`.
#![expect(clippy::print_stdout, reason = "a tool for the terminal: printing is what it does")]

mod ci;
mod crash;
mod deny;
mod fuzz;
mod generate;
mod lint;
mod metadata;
mod report;
mod shell;
mod sim;
mod suite;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own tools.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything that CI runs: lints, then all tests.
    Ci {
        /// Go on after a step that failed, and list all that failed at the end.
        #[arg(long)]
        keep_going: bool,
    },
    /// All tests, with one total at the end.
    Test {
        /// Only these suites: rust, doc, console, postgres, strangers, browser.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Formatting, tidy, dependencies, clippy, the console's lint and types.
    Lint {
        #[arg(long)]
        keep_going: bool,
    },
    /// The rules about the tree that no compiler checks: crate edges, sizes, words, sources.
    Tidy {
        /// Print the crate edges as they are, in the form of the table in ARCHITECTURE.md.
        #[arg(long)]
        print_edges: bool,
    },
    /// Licences, banned crates and sources of all dependencies, by deny.toml.
    Deny,
    Crash(crash::Crash),
    Sim(sim::Sim),
    Fuzz(fuzz::Fuzz),
    /// Writes all generated files anew.
    Gen {
        /// Fail if that changes anything.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Ci { keep_going } => ci::run(keep_going),
        Command::Test { only } => suite::run(&only),
        Command::Lint { keep_going } => lint::run(keep_going),
        Command::Tidy { print_edges: true } => tidy::print_edges(),
        Command::Tidy { print_edges: false } => tidy::run(),
        Command::Deny => deny::run(),
        Command::Crash(how) => crash::run(&how),
        Command::Sim(how) => sim::run(&how),
        Command::Fuzz(how) => fuzz::run(&how),
        Command::Gen { check } => generate::run(check),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
