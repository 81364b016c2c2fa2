//! `antiphon test`: plays scenarios on a virtual clock.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{Exit, Output};
use crate::scenario;

/// Plays a journey's scenarios against the simulated world on a virtual clock: days pass in milliseconds.
///
/// A folder is searched for `scenarios/*.yaml` beside its journey.yaml. Ends with 1 when an expectation does not hold.
#[derive(Args, Debug)]
pub struct Test {
    /// Folders that hold a journey.yaml and scenarios/.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

impl Test {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        let mut reports = Vec::new();
        for path in &self.paths {
            for report in scenario::play_folder(path).await? {
                out.say(report.one_line())?;
                for failure in &report.failures {
                    out.say(format!("    {failure}"))?;
                }
                reports.push(report);
            }
        }
        let failed = reports.iter().filter(|report| !report.failures.is_empty()).count();
        out.say(format!("{} passed, {failed} failed", reports.len() - failed))?;
        out.json(&reports)?;
        Ok(if failed > 0 || reports.is_empty() { Exit::No } else { Exit::Done })
    }
}
