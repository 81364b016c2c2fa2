//! The suites of tests: what each needs, how it is run, how many tests it ran.

mod count;
mod demo;
mod needs;

use std::fmt;

use anyhow::{Result, bail};

use crate::report::Steps;
use crate::shell;
use count::Counter;
use needs::Needs;

/// How many tests ran, over all suites.
#[derive(Clone, Copy, Default)]
pub struct Totals {
    passed: u64,
    failed: u64,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// A suite that prints how many of its tests passed.
struct Suite {
    name: &'static str,
    /// Brings what the suite needs and this machine does not have.
    prepare: fn() -> Result<Needs>,
    line: fn() -> Vec<&'static str>,
    folder: &'static str,
}

const SUITES: [Suite; 6] = [
    Suite { name: "console", prepare: needs::console, line: || vec!["npm", "run", "--silent", "test"], folder: "console" },
    Suite { name: "rust", prepare: needs::rust, line: rust, folder: "" },
    Suite { name: "doc", prepare: needs::console, line: doc, folder: "" },
    Suite { name: "postgres", prepare: needs::postgres, line: || vec!["sh", "tests/postgres/run.sh"], folder: "" },
    Suite { name: "strangers", prepare: needs::strangers, line: || vec!["sh", "tests/strangers/run.sh"], folder: "" },
    Suite { name: "browser", prepare: needs::browser, line: || vec!["sh", "tests/browser/run.sh"], folder: "" },
];

/// nextest runs tests side by side and shows slow ones; Cargo's own runner does where it is not installed.
fn rust() -> Vec<&'static str> {
    if shell::exists("cargo-nextest") {
        vec!["cargo", "nextest", "run", "--workspace", "--locked"]
    } else {
        vec!["cargo", "test", "--workspace", "--locked", "--all-targets", "--no-fail-fast"]
    }
}

fn doc() -> Vec<&'static str> {
    vec!["cargo", "test", "--workspace", "--locked", "--doc", "--no-fail-fast"]
}

pub fn run(only: &[String]) -> Result<()> {
    let mut steps = Steps::new(true);
    let totals = self::steps(&mut steps, only)?;
    let finished = steps.finish();
    println!("\n{totals}");
    finished
}

/// Runs the suites as steps, all of them when none is named.
pub fn steps(steps: &mut Steps, only: &[String]) -> Result<Totals> {
    if let Some(unknown) = only.iter().find(|name| SUITES.iter().all(|suite| suite.name != **name)) {
        let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        bail!("there is no suite `{unknown}`; there are {}", known.join(", "));
    }
    let mut totals = Totals::default();
    for suite in SUITES.iter().filter(|suite| only.is_empty() || only.iter().any(|name| name == suite.name)) {
        steps.step(&format!("{} tests", suite.name), || suite.run(&mut totals))?;
    }
    Ok(totals)
}

impl Suite {
    fn run(&self, totals: &mut Totals) -> Result<()> {
        // A suite whose needs are not met is not passed over.
        let needs = (self.prepare)().inspect_err(|_| totals.failed += 1)?;
        let mut counter = Counter::default();
        let folder = shell::root().join(self.folder);
        let success = shell::follow(&folder, &(self.line)(), &needs.variables, |line| counter.read(line))?;
        let (passed, failed) = counter.total();
        totals.passed += passed;
        totals.failed += failed;
        match (success, passed, failed) {
            (true, 1.., 0) => Ok(()),
            // A suite that ran nothing, or broke before it could count, has failed at least once.
            (_, _, 0) => {
                totals.failed += 1;
                bail!("the suite broke, or ran nothing; {passed} passed before that")
            }
            (_, _, many) => bail!("{many} failed"),
        }
    }
}
