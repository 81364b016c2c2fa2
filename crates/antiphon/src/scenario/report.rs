//! What came of one scenario.

use std::path::Path;

use anyhow::Result;
use journey::Diagnostic;
use serde::Serialize;

use super::{Played, Scenario};

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    pub name: String,
    pub file: String,
    pub about: String,
    /// Rows of the acceptance list that it shows.
    pub acceptance: Vec<String>,
    pub passed: bool,
    /// What did not hold: `file:line: expected …; found …`.
    pub failures: Vec<String>,
}

impl Report {
    pub(super) fn of(scenario: &Scenario, played: Result<Played>) -> Self {
        let failures: Vec<String> = match played {
            Ok(played) => played.failures.iter().map(|failure| format!("{}:{}: {}", scenario.file, failure.line, failure.what)).collect(),
            Err(error) => vec![format!("{}: it could not be played: {error:#}", scenario.file)],
        };
        Self {
            name: scenario.name.clone(),
            file: scenario.file.clone(),
            about: scenario.about.clone(),
            acceptance: scenario.acceptance.clone(),
            passed: failures.is_empty(),
            failures,
        }
    }

    pub(super) fn unreadable(file: &str, faults: &[Diagnostic]) -> Self {
        let name = Path::new(file).file_stem().map_or_else(|| file.to_owned(), |stem| stem.to_string_lossy().into_owned());
        Self {
            name,
            file: file.to_owned(),
            about: String::new(),
            acceptance: Vec::new(),
            passed: false,
            failures: faults.iter().map(Diagnostic::one_line).collect(),
        }
    }

    /// `ok    name (file)  A31 A43`.
    #[must_use]
    pub fn one_line(&self) -> String {
        let verdict = if self.passed { "ok  " } else { "FAIL" };
        let rows = if self.acceptance.is_empty() { String::new() } else { format!("  {}", self.acceptance.join(" ")) };
        format!("{verdict} {} ({}){rows}", self.name, self.file)
    }
}
