//! `cargo xtask sim`: plays the engine against the simulated world. CI plays the kept seeds, and new ones for two minutes.

use anyhow::Result;
use clap::Args;

use crate::shell;

/// Seeds that once found something.
const KEPT: &str = "crates/simulator/seeds.txt";
/// Minutes of new seeds in CI.
const NEW_MINUTES: &str = "2";
/// Acts in a play of CI: short, because many seeds find more than long ones.
const STEPS: &str = "200";

/// Plays the real engine against the simulated world, with seeded faults, and checks after every step; see docs/simulation.md.
#[derive(Args)]
pub struct Sim {
    /// The seeds of crates/simulator/seeds.txt.
    #[arg(long)]
    kept: bool,
    /// Build it optimised: worth it from a few hundred seeds on.
    #[arg(long)]
    release: bool,
    /// What is passed on: `--seed N`, `--steps N`, `--seeds A..B`, `--minutes M`, `--once`, `--keep-going`, `--verbose`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub fn run(how: &Sim) -> Result<()> {
    // What stands behind the first word that is passed on is passed on too, so the flag is looked for there as well.
    let (releases, rest): (Vec<&str>, Vec<&str>) = how.rest.iter().map(String::as_str).partition(|word| *word == "--release");
    let mut line = vec!["cargo", "run", "--quiet", "--locked", "--package", "sim"];
    if how.release || !releases.is_empty() {
        line.push("--release");
    }
    line.push("--");
    if how.kept {
        line.extend(["--kept", KEPT]);
    }
    line.extend(rest);
    shell::run(&line)
}

/// What CI plays besides the tests, which play the kept seeds.
pub fn new_seeds() -> Result<()> {
    shell::run(&["cargo", "run", "--quiet", "--locked", "--package", "sim", "--", "--steps", STEPS, "--minutes", NEW_MINUTES])
}
