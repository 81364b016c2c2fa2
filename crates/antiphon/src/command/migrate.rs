//! `antiphon migrate`: from one store to another.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use decide::ContactState;
use indicatif::{ProgressBar, ProgressStyle};
use model::change::ContactRow;
use model::{AddressKey, Clock as _, ContactId};
use runtime::SystemClock;
use serde_json::json;
use storage::Store;
use storage_sqlite::Options;
use transfer::{Comparison, Counts, Importer, Look, Stage};

use super::verify::{Report, check_workspace};
use super::{Exit, Output};
use crate::moved;
use crate::store::StoreAddress;

/// Moves everything from a store into an empty one: contacts, messages, consent, runs with their timers, decisions, logs, settings.
///
/// Stop the server first: the source must not change while it is read, and the command refuses a store that is in use. What providers and people
/// send meanwhile is sent again by providers once the new server answers; what is late goes through the lateness rules as after any outage.
/// Afterwards both stores are compared row by row, and every consent chain of the new one is verified. The source is left whole, with a mark
/// that keeps a server from going on with it. Media are files: keep the folder. Ends with 1 when the stores differ.
#[derive(Args, Debug)]
pub struct Migrate {
    /// The store as it is: `sqlite:<file>`.
    #[arg(long)]
    from: StoreAddress,
    /// The empty store that takes its place: `postgres://user@host/database`.
    #[arg(long)]
    to: StoreAddress,
    /// Move a store that was moved before, because that move was given up.
    #[arg(long)]
    although_moved: bool,
}

impl Migrate {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        if self.from == self.to {
            bail!("--from and --to are the same store");
        }
        let StoreAddress::Sqlite(file) = &self.from else {
            bail!("only a store in a file can be moved: of a database nobody can say for sure that no node uses it")
        };
        if !file.exists() {
            bail!("there is no store at {}", self.from);
        }
        // Opened for writing although nothing but the mark is written: so nobody else can have it open.
        let source = self.from.open(Options::default(), Arc::new(Importer::default())).await.context("the server must be stopped first")?;
        moved::refuse(&*source, self.although_moved).await?;
        let importer = Arc::new(Importer::default());
        let target = self.to.open(Options::default(), importer.clone()).await?;
        let bar = if out.json { ProgressBar::hidden() } else { ProgressBar::new(0) };
        bar.set_style(ProgressStyle::with_template("{msg:28} {bar:32} {pos}/{len}, {eta} left")?);
        bar.enable_steady_tick(Duration::from_millis(200));
        let progress = |stage: Stage, done: u64, total: u64| {
            bar.set_message(match stage {
                Stage::Documents => "Settings",
                Stage::Log => "Signals and their contacts",
                Stage::Comparison => "Comparing contacts",
            });
            bar.set_length(total);
            bar.set_position(done);
        };
        let counts = transfer::copy(&*source, &*target, &importer, &States, &progress).await?;
        let found = transfer::compare(&*source, &*target, &progress).await?;
        let mut ledger = Report::default();
        for ws in target.workspaces().await? {
            check_workspace(&*target, ws, &mut ledger, &|_| ()).await?;
        }
        bar.finish_and_clear();
        self.conclude(out, &source, &target, counts, &found, &ledger).await
    }

    async fn conclude(
        &self,
        out: Output,
        source: &Arc<dyn Store>,
        target: &Arc<dyn Store>,
        counts: Counts,
        found: &Comparison,
        ledger: &Report,
    ) -> Result<Exit> {
        let holds = found.is_same() && ledger.faults.is_empty();
        for line in found.told.iter().chain(&ledger.faults) {
            out.say(line)?;
        }
        out.say(format!(
            "{} contacts, {} signals, {} documents moved; {} differences; {} consent entries of {} contacts: {}",
            counts.contacts,
            counts.signals,
            counts.documents,
            found.differences,
            ledger.entries,
            ledger.contacts,
            if ledger.faults.is_empty() { "all hold" } else { "DO NOT HOLD" }
        ))?;
        if holds {
            moved::mark(&**source, &self.to.to_string(), SystemClock.now()).await?;
            transfer::finish(&**target).await?;
            out.say(format!("Moved. Start the server with the new store and the same media folder; {} is left as it was.", self.from))?;
        } else {
            out.say("Not moved: go on with the old store, and empty the new one before another try.")?;
        }
        out.json(&json!({ "moved": holds, "counts": counts, "comparison": found, "ledger": ledger }))?;
        Ok(if holds { Exit::Done } else { Exit::No })
    }
}

/// What the engine's states tell of their contacts.
struct States;

impl Look for States {
    fn look(&self, _contact: ContactId, state: &[u8]) -> Result<(ContactRow, Vec<AddressKey>), String> {
        let state = ContactState::decode(state).map_err(|error| error.to_string())?;
        let addresses = state.contact.addresses.iter().map(|address| address.key.clone()).collect();
        Ok((decide::contact_row(&state), addresses))
    }
}
