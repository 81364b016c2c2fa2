//! `antiphon restore`: a store from a backup.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Exit, Output};
use crate::store::StoreArgs;

/// Makes a store from what `antiphon backup` wrote.
///
/// A backup of a store in a file becomes one again, where there is none yet; a backup of a PostgreSQL store fills an empty database. Media are files of their own:
/// put their folder back beside it.
#[derive(Args, Debug)]
pub struct Restore {
    /// The backup.
    #[arg(long)]
    from: PathBuf,
    #[command(flatten)]
    at: StoreArgs,
}

impl Restore {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        let bar = if out.json { ProgressBar::hidden() } else { ProgressBar::new(0) };
        bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len}, {eta} left")?);
        bar.enable_steady_tick(Duration::from_millis(200));
        let address = self.at.address();
        address
            .restore(&self.from, &|done, total| {
                bar.set_length(total);
                bar.set_position(done);
            })
            .await?;
        bar.finish_and_clear();
        out.say(format!("{} holds what {} held", address, self.from.display()))?;
        out.json(&json!({ "store": address.to_string(), "from": self.from }))?;
        Ok(Exit::Done)
    }
}
