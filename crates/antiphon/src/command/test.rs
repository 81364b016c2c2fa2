//! `antiphon test`: plays scenarios on a virtual clock.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::{Exit, Output};
use crate::scenario::{self, Folder, Report};

/// Plays a journey's scenarios against the simulated world on a virtual clock: days pass in milliseconds.
///
/// A folder is searched for `scenarios/*.yaml` beside its journey.yaml. Ends with 1 when an expectation does not hold.
#[derive(Args, Debug)]
pub struct Test {
    /// Folders that hold a journey.yaml and scenarios/, or single scenario files in them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Summary<'a> {
    passed: usize,
    failed: usize,
    scenarios: &'a [Report],
}

impl Test {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        let mut reports: Vec<Report> = Vec::new();
        for path in &self.paths {
            let folder = Folder::open(path)?;
            for found in &folder.scenarios {
                let report = scenario::play(&folder, found).await;
                out.say(report.one_line())?;
                for failure in &report.failures {
                    out.say(format!("     {}", failure.replace('\n', "\n     ")))?;
                }
                reports.push(report);
            }
        }
        let failed = reports.iter().filter(|report| !report.passed).count();
        let passed = reports.len() - failed;
        out.say(format!("{passed} passed, {failed} failed"))?;
        out.json(&Summary { passed, failed, scenarios: &reports })?;
        Ok(if failed > 0 { Exit::No } else { Exit::Done })
    }
}
