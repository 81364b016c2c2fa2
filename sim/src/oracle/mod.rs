//! The judge: what it asked for, what phones got and what the log says, compared after every step. It has its own idea of each rule, and reads
//! the store past the faults.

mod consent;
mod contacts;
mod counters;
mod ending;
mod log;
mod messages;
mod phones;
mod promises;
mod rates;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use model::{ContactId, MessageId, MessageStatus, Timestamp, WorkspaceId};
use simulator::Simulator;
use storage::Store;

use crate::faults::Call;
use crate::tenant;
use consent::Said;
pub use promises::{Ack, Promise};

/// A rule that does not hold.
#[derive(Debug, thiserror::Error)]
#[error("{invariant}: {detail}")]
pub struct Violation {
    pub invariant: &'static str,
    pub detail: String,
}

/// Ends a check with what is wrong.
pub(crate) fn broken(invariant: &'static str, detail: String) -> anyhow::Error {
    Violation { invariant, detail }.into()
}

/// What there is to look at after a step.
pub struct Look<'a> {
    pub store: &'a dyn Store,
    pub worlds: &'a [Simulator],
    pub calls: &'a [Call],
    /// People's messages that the product has said it has.
    pub accepted: &'a BTreeSet<String>,
    pub now: Timestamp,
    /// Journeys that stand still, by tenant.
    pub held: &'a [BTreeSet<String>],
}

/// What the judge remembers of one workspace.
#[derive(Default)]
struct Tenant {
    /// Position in the log up to which everything was seen.
    seen: u64,
    records: u64,
    signals: BTreeSet<model::SignalId>,
    keys: BTreeMap<String, u32>,
    inbound: BTreeMap<String, u32>,
    said: BTreeMap<ContactId, Vec<Said>>,
    handed: BTreeMap<MessageId, messages::Handed>,
    /// Signals that came with room at senders: by whom they are about and when they came.
    permits: BTreeMap<(ContactId, Timestamp), messages::Permit>,
    messages: BTreeMap<MessageId, messages::Seen>,
    intents: BTreeMap<(model::RunId, String, u32), MessageId>,
    rows: usize,
    reached: BTreeMap<MessageId, u32>,
    paces: rates::Paces,
}

#[derive(Default)]
pub struct Oracle {
    tenants: Vec<Tenant>,
    promises: Vec<Promise>,
    /// By key.
    asked: BTreeMap<String, usize>,
    /// What the last step did, for the history.
    digest: Vec<String>,
    pub phone_rows: u64,
    pub log_records: u64,
    /// Messages that left in the step that planned them.
    pub at_once: u64,
}

impl Oracle {
    #[must_use]
    pub fn new() -> Self {
        Self { tenants: (0..tenant::TENANTS).map(|_| Tenant::default()).collect(), ..Self::default() }
    }

    pub fn promise(&mut self, promise: Promise) -> usize {
        self.asked.insert(promise.key.clone(), self.promises.len());
        self.promises.push(promise);
        self.promises.len() - 1
    }

    /// How many requests there were.
    #[must_use]
    pub fn promises(&self) -> usize {
        self.promises.len()
    }

    pub fn promise_mut(&mut self, index: usize) -> Option<&mut Promise> {
        self.promises.get_mut(index)
    }

    /// Requests whose answer never came, which whoever asked sends again.
    #[must_use]
    pub fn unanswered(&self) -> Vec<usize> {
        (0..self.promises.len()).filter(|n| self.promises[*n].ack == Ack::Unknown).collect()
    }

    /// Checks everything that one step may have touched. What it answers belongs into the history.
    pub async fn after_step(&mut self, look: &Look<'_>) -> Result<Vec<String>> {
        self.digest.clear();
        for n in 0..self.tenants.len() {
            let touched = self.read_log(n, look).await?;
            self.check_calls(n, look).await?;
            self.check_contacts(n, look, &touched, true).await?;
            self.check_phones(n, look).await?;
        }
        Ok(std::mem::take(&mut self.digest))
    }

    /// The checks that look at everything: now and then, after each restart, and at the end.
    pub async fn sweep(&mut self, look: &Look<'_>) -> Result<()> {
        for n in 0..self.tenants.len() {
            let all = contacts::all(look.store, tenant::workspace(n)).await?;
            let ids: BTreeSet<ContactId> = all.iter().map(|(id, _)| *id).collect();
            self.check_contacts(n, look, &ids, false).await?;
            self.check_chains(n, look, &ids).await?;
            self.check_counters(n, look).await?;
            self.check_promises(n, look).await?;
        }
        Ok(())
    }
}

fn open(status: MessageStatus) -> bool {
    matches!(status, MessageStatus::Queued | MessageStatus::Sending | MessageStatus::InDoubt)
}

/// Everything that a store holds of the play, as one text: the same before a crash and after it.
pub async fn fingerprint(store: &dyn Store) -> Result<String> {
    let mut parts = Vec::new();
    for n in 0..tenant::TENANTS {
        let ws: WorkspaceId = tenant::workspace(n);
        for (id, state) in contacts::all(store, ws).await? {
            parts.push(format!("{id} {:016x}", model::draws::stable_hash(&[&state])));
        }
        let stats = store.parked(ws, storage::Page::first(1_000)).await?;
        parts.extend(stats.items.iter().map(|parked| format!("parked {}", parked.signal.id)));
    }
    parts.push(format!("{:?}", store.due(Timestamp::MAX, 10_000).await?));
    parts.push(format!("{:?}", store.queue_heads().await?));
    let flying = store.in_flight(Timestamp::MAX, 10_000).await?;
    parts.extend(flying.iter().map(|one| format!("{} {:?} since {}", one.message.id, one.message.status, one.since)));
    let stats = store.stats().await?;
    parts.push(format!("{} {} {} {} {}", stats.contacts, stats.signals, stats.messages, stats.parked, stats.unresolved));
    Ok(parts.join("\n"))
}
