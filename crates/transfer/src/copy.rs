//! From one store into an empty one.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::broadcast::{NewRecipient, Progress, broadcast_scope};
use model::change::{Changes, CounterDelta};
use model::signal::Signal;
use model::{BroadcastId, ContactId, SignalId, Timestamp, WorkspaceId};
use serde::Serialize;
use storage::{Inventory, Parked, SignalRecord, StepOutcome, Store};

use crate::contact::{ByContact, gather};
use crate::error::TransferError;
use crate::importer::{Applied, Importer, Look, Past};
use crate::pages::{AT_ONCE, all, oldest_first};

/// The kind of the document that a target carries from the beginning of a move until it was compared with its source.
pub const MARK: &str = "unfinished_move";
const MARK_ID: &str = "current";
/// Signals played in one step.
const BATCH: u32 = 256;

/// What is being moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Documents,
    /// Signals, each contact with its first.
    Log,
    Comparison,
}

/// What was moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    pub workspaces: u64,
    pub contacts: u64,
    pub signals: u64,
    pub documents: u64,
    pub parked: u64,
    pub waiting: u64,
    pub audit: u64,
}

/// Whether a move into this store was begun and did not come to its end.
pub async fn is_unfinished(store: &dyn Store) -> Result<bool, TransferError> {
    for ws in store.workspaces().await? {
        if store.document(ws, MARK, MARK_ID).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Copies all workspaces. `target` must be empty, and must have been opened with `importer` as its decider; nobody may write to either meanwhile.
/// `progress` gets (done, total) of a stage. The target keeps its [`MARK`]: whoever has compared it takes that off with [`finish`].
pub async fn copy(
    source: &dyn Store,
    target: &dyn Store,
    importer: &Importer,
    look: &dyn Look,
    progress: &(dyn Fn(Stage, u64, u64) + Sync),
) -> Result<Counts, TransferError> {
    refuse_if_used(target).await?;
    let mut counts = Counts::default();
    let total = source.stats().await?.signals;
    // Wakes of all contacts; a step must repeat its contact's.
    let wakes: BTreeMap<(WorkspaceId, ContactId), Timestamp> =
        source.due(Timestamp::MAX, u32::MAX).await?.into_iter().map(|(ws, contact, at)| ((ws, contact), at)).collect();
    for ws in source.workspaces().await? {
        let at = Timestamp::from_millis(0);
        target.put_document(ws, MARK, MARK_ID, 0, serde_json::Value::Null, at).await?;
        let mut moving = Moving { source, target, importer, look, ws, wakes: &wakes, seen: BTreeSet::new(), beside: ByContact::default() };
        let inventory = source.inventory(ws).await?;
        counts.documents += moving.documents(&inventory, progress).await?;
        moving.recipients(&inventory).await?;
        for delivery in oldest_first(|page| source.deliveries(ws, None, page)).await? {
            moving.beside.deliveries.entry(delivery.contact).or_default().push(delivery);
        }
        counts.signals += moving.log(&inventory, counts.signals, total, progress).await?;
        counts.contacts += moving.seen.len() as u64;
        moving.nobody_is_left().await?;
        counts.parked += moving.parked(&inventory).await?;
        counts.waiting += moving.waiting(&inventory).await?;
        for entry in oldest_first(|page| source.audit(ws, page)).await? {
            target.append_audit(&entry).await?;
            counts.audit += 1;
        }
        counts.workspaces += 1;
    }
    Ok(counts)
}

/// From now on the target is a store like any other.
pub async fn finish(target: &dyn Store) -> Result<(), TransferError> {
    for ws in target.workspaces().await? {
        target.delete_document(ws, MARK, MARK_ID).await?;
    }
    Ok(())
}

async fn refuse_if_used(target: &dyn Store) -> Result<(), TransferError> {
    if is_unfinished(target).await? {
        return Err(TransferError::NotEmpty("an earlier move into it did not come to its end".to_owned()));
    }
    let (stats, workspaces) = (target.stats().await?, target.workspaces().await?);
    if stats.signals + stats.contacts + stats.parked + stats.unresolved > 0 || !workspaces.is_empty() {
        let text = format!("it holds {} contacts in {} workspaces", stats.contacts, workspaces.len());
        return Err(TransferError::NotEmpty(text));
    }
    Ok(())
}

/// One workspace under way.
struct Moving<'a> {
    source: &'a dyn Store,
    target: &'a dyn Store,
    importer: &'a Importer,
    look: &'a dyn Look,
    ws: WorkspaceId,
    wakes: &'a BTreeMap<(WorkspaceId, ContactId), Timestamp>,
    seen: BTreeSet<ContactId>,
    beside: ByContact,
}

impl Moving<'_> {
    async fn documents(&self, inventory: &Inventory, progress: &(dyn Fn(Stage, u64, u64) + Sync)) -> Result<u64, TransferError> {
        let mut done = 0;
        for kind in inventory.document_kinds.iter().filter(|kind| *kind != MARK) {
            for stored in all(|page| self.source.documents(self.ws, kind, page)).await? {
                // How often it was changed before is nobody's business here: it begins at version 1.
                self.target.put_document(self.ws, kind, &stored.id, 0, stored.value, stored.updated_at).await?;
                done += 1;
            }
            progress(Stage::Documents, done, done);
        }
        Ok(done)
    }

    async fn recipients(&mut self, inventory: &Inventory) -> Result<(), TransferError> {
        for broadcast in inventory.counter_scopes.iter().filter_map(|scope| broadcast_of(scope)) {
            let rows = all(|page| self.source.recipients(self.ws, broadcast, None, page)).await?;
            for part in rows.chunks(BATCH as usize) {
                let new: Vec<NewRecipient> = part.iter().map(|row| NewRecipient { contact: row.contact, canary: row.canary }).collect();
                let at = part.first().map_or(Timestamp::from_millis(0), |row| row.at);
                self.target.add_recipients(self.ws, broadcast, &new, at).await?;
            }
            for row in rows {
                self.beside.recipients.entry(row.contact).or_default().push(row);
            }
        }
        Ok(())
    }

    /// Sums, as one delta each. Those of broadcasts come with the recipients, but for what no row tells.
    async fn counters(&self, inventory: &Inventory) -> Result<Vec<CounterDelta>, TransferError> {
        let mut deltas = Vec::new();
        for scope in &inventory.counter_scopes {
            let counters = self.source.counters(self.ws, scope).await?;
            let own = counters.into_iter().filter(|counter| broadcast_of(scope).is_none() || counter.name == Progress::COMPLAINED);
            deltas.extend(own.map(|c| CounterDelta { scope: c.scope, key: c.key, name: c.name, by: c.value }));
        }
        Ok(deltas)
    }

    async fn log(
        &mut self,
        inventory: &Inventory,
        before: u64,
        total: u64,
        progress: &(dyn Fn(Stage, u64, u64) + Sync),
    ) -> Result<u64, TransferError> {
        let mut counters = Some(self.counters(inventory).await?);
        let (mut after, mut done) = (0, 0);
        loop {
            let records = self.source.signals(self.ws, after, BATCH).await?;
            let Some(last) = records.last() else { return Ok(done) };
            after = last.seq;
            self.prepare(&records, &mut counters).await?;
            let signals: Vec<Signal> = records.into_iter().map(|record| record.signal).collect();
            done += signals.len() as u64;
            self.play(signals, |outcome| matches!(outcome, StepOutcome::Applied(_))).await?;
            progress(Stage::Log, before + done, total);
        }
    }

    /// Tells the importer what each of these signals came to.
    async fn prepare(&mut self, records: &[SignalRecord], counters: &mut Option<Vec<CounterDelta>>) -> Result<(), TransferError> {
        let mut owners = Vec::with_capacity(records.len());
        let mut new = BTreeMap::new();
        for record in records {
            let owner = record.contact.ok_or(TransferError::NoOwner(record.signal.id))?;
            owners.push(owner);
            if self.seen.insert(owner) {
                new.insert(record.signal.id, (owner, self.beside.take(owner)));
            }
        }
        let (source, look, ws) = (self.source, self.look, self.ws);
        let gathering = new.into_iter().map(async |(signal, (owner, beside))| {
            let all = gather(source, look, ws, owner, beside).await?;
            Ok::<_, TransferError>((signal, all))
        });
        let mut firsts: BTreeMap<SignalId, (Vec<u8>, Changes)> = stream::iter(gathering).buffered(AT_ONCE).try_collect().await?;
        let asking = records.iter().map(async |record| match &record.signal.dedupe_key {
            Some(key) => source.known_reply(ws, key).await.map(|known| known.map(|known| known.reply).unwrap_or_default()),
            None => Ok(serde_json::Value::Null),
        });
        let replies: Vec<serde_json::Value> = stream::iter(asking).buffered(AT_ONCE).try_collect().await?;
        for ((record, owner), reply) in records.iter().zip(owners).zip(replies) {
            let mut first = firsts.remove(&record.signal.id);
            if let Some((_, changes)) = &mut first {
                changes.counters = counters.take().unwrap_or_default();
            }
            let next_wake = self.wakes.get(&(ws, owner)).copied();
            self.importer.expect(record.signal.id, Past::Applied(Box::new(Applied { owner, first, next_wake, reply })));
        }
        Ok(())
    }

    async fn play(&self, signals: Vec<Signal>, right: impl Fn(&StepOutcome) -> bool) -> Result<(), TransferError> {
        let ids: Vec<SignalId> = signals.iter().map(|signal| signal.id).collect();
        let outcomes = self.target.step(signals).await;
        self.importer.forget_all();
        for (signal, outcome) in ids.into_iter().zip(outcomes?) {
            if !right(&outcome) {
                return Err(TransferError::Refused { signal, outcome: format!("{outcome:?}") });
            }
        }
        Ok(())
    }

    /// Every contact was made by a signal. One that is in no log would be left behind unseen.
    async fn nobody_is_left(&self) -> Result<(), TransferError> {
        let mut after = None;
        loop {
            let part = self.source.scan_contacts(self.ws, after, 1_000).await?;
            let Some((last, _)) = part.last() else { return Ok(()) };
            after = Some(*last);
            if let Some((contact, _)) = part.iter().find(|(contact, _)| !self.seen.contains(contact)) {
                return Err(TransferError::NotInLog(*contact));
            }
        }
    }

    async fn parked(&self, inventory: &Inventory) -> Result<u64, TransferError> {
        let raw: BTreeMap<SignalId, &[u8]> = inventory.unreadable.iter().map(|(id, raw)| (*id, raw.as_slice())).collect();
        let parked = oldest_first(|page| self.source.parked(self.ws, page)).await?;
        let count = parked.len() as u64;
        for Parked { signal, error, parked_at, tries } in parked {
            let id = signal.id;
            if let Some(raw) = raw.get(&id) {
                self.target.park_raw(self.ws, &signal.source, raw, &error, parked_at).await?;
                continue;
            }
            self.importer.expect(id, Past::Parked { error: error.clone() });
            self.play(vec![signal], |outcome| matches!(outcome, StepOutcome::Parked { .. })).await?;
            self.importer.expect(id, Past::Parked { error });
            for _ in 1..tries {
                self.target.retry_parked(self.ws, id).await?;
            }
            self.importer.forget_all();
        }
        Ok(count)
    }

    async fn waiting(&self, inventory: &Inventory) -> Result<u64, TransferError> {
        for signal in &inventory.waiting {
            self.play(vec![signal.clone()], |outcome| *outcome == StepOutcome::Unresolved { kept: true }).await?;
        }
        Ok(inventory.waiting.len() as u64)
    }
}

/// The broadcast whose counters a scope holds.
pub(crate) fn broadcast_of(scope: &str) -> Option<BroadcastId> {
    let id: BroadcastId = scope.split_once(':')?.1.parse().ok()?;
    (broadcast_scope(id) == scope).then_some(id)
}
