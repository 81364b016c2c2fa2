//! `antiphon backup`: a consistent copy while everything goes on.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Exit, Output};
use crate::store::StoreArgs;

/// Copies the store to another file, consistent as of one moment, also while a server uses it.
///
/// The copy is a store like any other: put it into a data folder as `antiphon.db`. Media are files of their own under `media/`
/// in the data folder; they never change once written, so any file copier keeps them.
#[derive(Args, Debug)]
pub struct Backup {
    #[command(flatten)]
    at: StoreArgs,
    /// Where to write the copy. It must not exist.
    #[arg(long)]
    to: PathBuf,
}

impl Backup {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        if self.to.exists() {
            bail!("{} exists already; a backup never overwrites one", self.to.display());
        }
        let store = self.at.address().read().await?;
        let bar = if out.json { ProgressBar::hidden() } else { ProgressBar::new(0) };
        bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} pages, {eta} left")?);
        bar.enable_steady_tick(Duration::from_millis(200));
        store
            .backup(&self.to, &|done, total| {
                bar.set_length(total);
                bar.set_position(done);
            })
            .await?;
        bar.finish_and_clear();
        let bytes = std::fs::metadata(&self.to)?.len();
        out.say(format!("{} written, {bytes} bytes", self.to.display()))?;
        out.json(&json!({ "to": self.to, "bytes": bytes }))?;
        Ok(Exit::Done)
    }
}
