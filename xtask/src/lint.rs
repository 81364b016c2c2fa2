//! What is checked without running the product.

use anyhow::Result;

use crate::report::Steps;
use crate::{deny, shell, tidy};

pub fn run(keep_going: bool) -> Result<()> {
    let mut steps = Steps::new(keep_going);
    self::steps(&mut steps)?;
    steps.finish()
}

/// The cheap ones first. The console is built before clippy, for the API crate embeds it.
pub fn steps(steps: &mut Steps) -> Result<()> {
    steps.step("format", || shell::run(&["cargo", "fmt", "--all", "--", "--check"]))?;
    steps.step("tidy", tidy::run)?;
    steps.step("dependencies", deny::run)?;
    steps.step("console build", || shell::run(&["make", "--silent", "console"]))?;
    let console = shell::root().join("console");
    steps.step("console lint", || shell::run_in(&console, &["npm", "run", "--silent", "lint"], &[]))?;
    steps.step("console types", || shell::run_in(&console, &["npm", "run", "--silent", "typecheck"], &[]))?;
    steps.step("clippy", || {
        shell::run(&["cargo", "clippy", "--quiet", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"])
    })
}
