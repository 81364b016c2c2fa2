//! `cargo xtask fuzz`: plays the readers of outside bytes with hostile input. CI plays each for a minute.

use anyhow::Result;
use clap::Args;

use crate::shell;

/// Mutates sound input by a seed and gives it to every reader of outside bytes; see docs/fuzzing.md.
#[derive(Args)]
pub struct Fuzz {
    /// What is passed on: `--target NAME`, `--seconds S`, `--inputs N`, `--seed N`, `--jobs N`, `--replay FILE`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub fn run(how: &Fuzz) -> Result<()> {
    let mut line = vec!["cargo", "run", "--quiet", "--locked", "--package", "fuzz", "--"];
    line.extend(how.rest.iter().map(String::as_str));
    shell::run(&line)
}

/// What CI plays besides the tests, which play the kept cases.
pub fn a_minute_each() -> Result<()> {
    run(&Fuzz { rest: ["--seconds", "60", "--seed", "1"].map(str::to_owned).to_vec() })
}
