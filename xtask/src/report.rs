//! What a check found, and the list of steps with their durations.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::shell;

/// One broken rule, at its place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub file: String,
    pub line: usize,
    pub what: String,
}

impl Finding {
    /// About a file as a whole.
    pub fn file(file: &str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 0, what: what.into() }
    }

    /// About one line, counted from 1.
    pub fn line(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, what: what.into() }
    }

    fn print(&self) {
        let Self { file, line, what } = self;
        if *line == 0 { println!("{file}: {what}") } else { println!("{file}:{line}: {what}") }
    }
}

/// Prints the findings of one check; fails when there are any.
pub fn conclude(check: &str, mut findings: Vec<Finding>) -> Result<()> {
    findings.sort();
    findings.iter().for_each(Finding::print);
    match findings.len() {
        0 => Ok(()),
        1 => bail!("{check}: 1 finding"),
        many => bail!("{check}: {many} findings"),
    }
}

/// Steps that run one after another.
pub struct Steps {
    keep_going: bool,
    done: Vec<(String, Duration, bool)>,
}

impl Steps {
    pub fn new(keep_going: bool) -> Self {
        Self { keep_going, done: Vec::new() }
    }

    /// Runs a step under a heading. An error is returned only when there is no going on.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n=== {name}");
        let (result, time) = shell::timed(work);
        self.done.push((name.to_owned(), time, result.is_ok()));
        match result {
            Ok(()) => println!("=== {name}: ok, {}", shell::human(time)),
            Err(error) => {
                println!("=== {name}: FAILED, {}: {error:#}", shell::human(time));
                if !self.keep_going {
                    self.summary();
                    bail!("step `{name}` failed");
                }
            }
        }
        Ok(())
    }

    fn summary(&self) {
        println!("\nstep                              time   result");
        for (name, time, ok) in &self.done {
            println!("{name:<30} {:>9}   {}", shell::human(*time), if *ok { "ok" } else { "FAILED" });
        }
        let total = self.done.iter().map(|(_, time, _)| *time).sum();
        println!("{:<30} {:>9}", "all", shell::human(total));
    }

    /// Prints the table; fails when any step failed.
    pub fn finish(self) -> Result<()> {
        self.summary();
        let failed: Vec<&str> = self.done.iter().filter(|(_, _, ok)| !ok).map(|(name, _, _)| name.as_str()).collect();
        if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
    }
}
