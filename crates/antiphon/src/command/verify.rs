//! `antiphon verify`: the consent ledger, offline.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use model::{ContactId, LedgerEntry, WorkspaceId};
use runtime::{ChainHead, Checkpoint, root_of};
use serde::Serialize;
use storage::{DocumentExt as _, LedgerFilter, Page, Store};

use super::{Exit, Output, offline};
use crate::store::StoreArgs;

const PAGE: u32 = 2_000;

/// Checks every link of the consent ledger and every signed head, without a server.
///
/// Each contact's entries form a chain of hashes; once a day the heads of all chains are signed. A changed byte, a missing
/// entry or a cut chain is named. Ends with 1 when anything does not hold.
#[derive(Args, Debug)]
pub struct Verify {
    #[command(flatten)]
    at: StoreArgs,
    /// The workspace, when the store has several.
    #[arg(long)]
    workspace: Option<String>,
    /// Check exported entries instead: one JSON entry on each line, in the order of their chain.
    #[arg(long, conflicts_with_all = ["data", "store"])]
    file: Option<PathBuf>,
}

/// What was checked, and what does not hold.
#[derive(Default, Serialize)]
pub(super) struct Report {
    pub(super) entries: u64,
    pub(super) contacts: usize,
    pub(super) checkpoints: usize,
    pub(super) faults: Vec<String>,
}

impl Verify {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        let mut report = Report::default();
        match &self.file {
            Some(file) => self.check_file(file, &mut report)?,
            None => self.check_store(out, &mut report).await?,
        }
        for fault in &report.faults {
            out.say(fault)?;
        }
        let verdict = if report.faults.is_empty() { "all hold" } else { "DO NOT HOLD" };
        out.say(format!("{} entries of {} contacts, {} signed heads: {verdict}", report.entries, report.contacts, report.checkpoints))?;
        out.json(&report)?;
        Ok(if report.faults.is_empty() { Exit::Done } else { Exit::No })
    }

    fn check_file(&self, file: &std::path::Path, report: &mut Report) -> Result<()> {
        let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let mut chains: BTreeMap<ContactId, Vec<LedgerEntry>> = BTreeMap::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str::<LedgerEntry>(line) {
                Ok(entry) => chains.entry(entry.contact).or_default().push(entry),
                Err(error) => report.faults.push(format!("line {}: this is no ledger entry: {error}", number + 1)),
            }
        }
        check_chains(&chains, report);
        Ok(())
    }

    async fn check_store(&self, out: Output, report: &mut Report) -> Result<()> {
        let store = self.at.address().read().await?;
        let ws = offline::workspace(store.as_ref(), self.workspace.as_deref()).await?;
        let bar = if out.json { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        bar.set_style(ProgressStyle::with_template("{spinner} {pos} entries read")?);
        check_workspace(store.as_ref(), ws, report, &|entries| bar.inc(entries)).await?;
        bar.finish_and_clear();
        Ok(())
    }
}

/// Every chain of a workspace, and every signed head over them.
pub(super) async fn check_workspace(store: &dyn Store, ws: WorkspaceId, report: &mut Report, read: &(dyn Fn(u64) + Sync)) -> Result<()> {
    let mut chains: BTreeMap<ContactId, Vec<LedgerEntry>> = BTreeMap::new();
    let mut page = Page::first(PAGE);
    loop {
        let entries = store.ledger(ws, LedgerFilter::default(), page).await?;
        read(entries.items.len() as u64);
        for entry in entries.items {
            chains.entry(entry.contact).or_default().push(entry);
        }
        match entries.next {
            Some(after) => page = Page { limit: PAGE, after: Some(after) },
            None => break,
        }
    }
    check_chains(&chains, report);
    for stored in store.all::<Checkpoint>(ws).await? {
        report.checkpoints += 1;
        check_head(&stored.value, &chains, report);
    }
    Ok(())
}

fn check_chains(chains: &BTreeMap<ContactId, Vec<LedgerEntry>>, report: &mut Report) {
    report.contacts += chains.len();
    for (contact, entries) in chains {
        report.entries += entries.len() as u64;
        if let Err(broken) = policy::verify_chain(entries) {
            report.faults.push(format!("contact {contact}: {broken}"));
        }
    }
}

/// A signed head names how long every chain was at its moment: rebuilt from the entries recorded until then, it must come out the same.
fn check_head(checkpoint: &Checkpoint, chains: &BTreeMap<ContactId, Vec<LedgerEntry>>, report: &mut Report) {
    if !checkpoint.is_signed() {
        report.faults.push(format!("the head of {} is not signed by its key", checkpoint.at));
    }
    let heads: BTreeMap<ContactId, ChainHead> = chains
        .iter()
        .filter_map(|(contact, entries)| {
            let last = entries.iter().rfind(|entry| entry.recorded_at <= checkpoint.at)?;
            Some((*contact, ChainHead { length: last.seq, hash: last.hash.clone() }))
        })
        .collect();
    if root_of(&heads) != checkpoint.root {
        report.faults.push(format!(
            "the head of {} says {} entries of {} contacts, and the ledger does not lead there: entries are missing or were changed since",
            checkpoint.at, checkpoint.entries, checkpoint.contacts
        ));
    }
}
