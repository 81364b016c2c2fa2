//! `fuzz`: plays readers of outside bytes with hostile input, each in a process of its own.
//!
//! **Knows** the command line, processes and files. **Must never know** how inputs are made or judged: that is the library's.
//!
//! To add an option: a field of `Cli`, and its line in `docs/fuzzing.md`.
#![expect(clippy::print_stdout, reason = "a tool for the terminal: printing is what it does")]

mod parent;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Plays every reader of outside bytes with inputs that are made from sound ones; see docs/fuzzing.md.
#[derive(Parser)]
struct Cli {
    /// Only this target; the list is printed when there is none of this name.
    #[arg(long)]
    target: Option<String>,
    /// For so long each.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// For so many inputs each, in place of a time: the same seed and number play the same inputs.
    #[arg(long, conflicts_with = "seconds")]
    inputs: Option<u64>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Targets at once; as many as there are processors by default.
    #[arg(long)]
    jobs: Option<usize>,
    /// Reads one file instead, and says what becomes of it.
    #[arg(long, requires = "target")]
    replay: Option<PathBuf>,
    /// Plays in this process and writes each input here first; how the program starts itself.
    #[arg(long, requires = "target", hide = true)]
    worker: Option<PathBuf>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.worker {
        Some(folder) => worker::run(&cli, folder),
        None => parent::run(&cli),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
