//! Whether two stores hold the same, row by row.

use std::collections::BTreeMap;
use std::fmt::Debug;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{ContactId, Timestamp, WorkspaceId};
use serde::Serialize;
use storage::{
    ContactFilter, ConversationFilter, DecisionFilter, Inventory, LedgerFilter, MessageFilter, RunFilter, SignalRecord, Store,
    TimelineFilter,
};

use crate::copy::{MARK, Stage};
use crate::error::TransferError;
use crate::pages::{AT_ONCE, all};

/// Differences that are told; the rest is counted.
const TOLD: usize = 50;
const BATCH: u32 = 1_000;

/// What a comparison found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Comparison {
    /// Rows that were looked at, by what they are.
    pub rows: BTreeMap<&'static str, u64>,
    pub differences: u64,
    /// The first of them.
    pub told: Vec<String>,
}

impl Comparison {
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.differences == 0
    }

    fn differ(&mut self, text: impl FnOnce() -> String) {
        self.differences += 1;
        if self.told.len() < TOLD {
            self.told.push(text());
        }
    }

    fn add(&mut self, other: Self) {
        for (what, rows) in other.rows {
            *self.rows.entry(what).or_default() += rows;
        }
        self.differences += other.differences;
        let room = TOLD.saturating_sub(self.told.len());
        self.told.extend(other.told.into_iter().take(room));
    }

    /// Rows of one list in both stores, in whatever order the stores list them.
    fn rows<T: PartialEq + Debug, K: Ord>(
        &mut self,
        what: &'static str,
        whose: &dyn Debug,
        mut a: Vec<T>,
        mut b: Vec<T>,
        key: impl Fn(&T) -> K,
    ) {
        *self.rows.entry(what).or_default() += a.len() as u64;
        a.sort_by_key(&key);
        b.sort_by_key(&key);
        if a.len() != b.len() {
            self.differ(|| format!("{what} of {whose:?}: {} in the source, {} in the target", a.len(), b.len()));
        } else if let Some((left, right)) = a.iter().zip(&b).find(|(left, right)| left != right) {
            self.differ(|| format!("{what} of {whose:?}: {left:?} became {right:?}"));
        }
    }
}

/// Reads both stores whole. Documents are compared without their versions, which begin anew.
pub async fn compare(
    source: &dyn Store,
    target: &dyn Store,
    progress: &(dyn Fn(Stage, u64, u64) + Sync),
) -> Result<Comparison, TransferError> {
    let mut found = Comparison::default();
    let (mine, theirs) = (source.workspaces().await?, target.workspaces().await?);
    found.rows("workspaces", &"the store", mine.clone(), theirs, |ws| *ws);
    let (far, all_of_them) = (Timestamp::MAX, u32::MAX);
    found.rows("wakes", &"the store", source.due(far, all_of_them).await?, target.due(far, all_of_them).await?, |row| (row.0, row.1));
    let (here, there) = (source.stats().await?, target.stats().await?);
    let total = here.contacts;
    let sums = |stats: &storage::StoreStats| (stats.contacts, stats.signals, stats.messages, stats.parked, stats.unresolved);
    if sums(&here) != sums(&there) {
        found.differ(|| format!("contacts, signals, messages, parked and waiting signals: {:?} became {:?}", sums(&here), sums(&there)));
    }
    let mut done = 0;
    for ws in mine {
        let both = Both { source, target, ws };
        both.configuration(&mut found).await?;
        both.log(&mut found).await?;
        let mut after = None;
        loop {
            let part = source.scan_contacts(ws, after, BATCH).await?;
            let Some((last, _)) = part.last() else { break };
            after = Some(*last);
            let comparing = part.iter().map(async |(contact, state)| both.contact(*contact, state).await);
            let compared: Vec<Comparison> = stream::iter(comparing).buffered(AT_ONCE).try_collect().await?;
            compared.into_iter().for_each(|one| found.add(one));
            done += part.len() as u64;
            progress(Stage::Comparison, done, total);
        }
    }
    Ok(found)
}

struct Both<'a> {
    source: &'a dyn Store,
    target: &'a dyn Store,
    ws: WorkspaceId,
}

/// One list of both stores.
macro_rules! both {
    ($self:ident, |$store:ident, $page:ident| $read:expr) => {{
        let ($store, mut lists) = ($self.source, Vec::with_capacity(2));
        lists.push(all(|$page| $read).await?);
        let $store = $self.target;
        let theirs = all(|$page| $read).await?;
        (lists.remove(0), theirs)
    }};
}

impl Both<'_> {
    async fn configuration(&self, found: &mut Comparison) -> Result<(), TransferError> {
        let (ws, inventory, other) = (self.ws, self.source.inventory(self.ws).await?, self.target.inventory(self.ws).await?);
        let kinds = |inventory: &Inventory| inventory.document_kinds.iter().filter(|kind| *kind != MARK).cloned().collect::<Vec<_>>();
        found.rows("kinds of documents", &ws, kinds(&inventory), kinds(&other), Clone::clone);
        for kind in kinds(&inventory) {
            let (a, b) = both!(self, |store, page| store.documents(ws, &kind, page));
            let plain =
                |rows: Vec<storage::Stored<serde_json::Value>>| rows.into_iter().map(|row| (row.id, row.updated_at, row.value)).collect();
            let (a, b): (Vec<_>, Vec<_>) = (plain(a), plain(b));
            found.rows("documents", &kind, a, b, |row| row.0.clone());
        }
        for scope in &inventory.counter_scopes {
            let sums = |rows: Vec<storage::Counter>| rows.into_iter().filter(|row| row.value != 0).collect::<Vec<_>>();
            let (a, b) = (sums(self.source.counters(ws, scope).await?), sums(self.target.counters(ws, scope).await?));
            found.rows("counters", scope, a, b, |row| (row.key.clone(), row.name.clone()));
            if let Some(broadcast) = crate::copy::broadcast_of(scope) {
                let (a, b) = both!(self, |store, page| store.recipients(ws, broadcast, None, page));
                found.rows("recipients", &broadcast, a, b, |row| row.contact);
            }
        }
        found.rows("waiting signals", &ws, inventory.waiting, other.waiting, |signal| signal.id);
        found.rows("unreadable webhooks", &ws, inventory.unreadable, other.unreadable, |row| row.0);
        let (a, b) = both!(self, |store, page| store.parked(ws, page));
        found.rows("parked signals", &ws, a, b, |row| row.signal.id);
        let (a, b) = both!(self, |store, page| store.audit(ws, page));
        found.rows("audit entries", &ws, a, b, |_| ());
        let (a, b) = both!(self, |store, page| store.deliveries(ws, None, page));
        found.rows("deliveries", &ws, a, b, |row| row.id);
        let (a, b) = both!(self, |store, page| store.contacts(ws, ContactFilter::default(), page));
        found.rows("contacts", &ws, a, b, |row| row.id);
        Ok(())
    }

    /// Each contact's signals in their order, with their answers. Where a store numbers its log otherwise, contacts may lie differently to one another.
    async fn log(&self, found: &mut Comparison) -> Result<(), TransferError> {
        let (mut a, mut b): (u64, u64) = (0, 0);
        let mut orders: [BTreeMap<Option<ContactId>, u64>; 2] = Default::default();
        loop {
            let (left, right) = (self.source.signals(self.ws, a, BATCH).await?, self.target.signals(self.ws, b, BATCH).await?);
            *found.rows.entry("signals").or_default() += left.len() as u64;
            if left.len() != right.len() {
                found.differ(|| format!("the logs of {} have different lengths", self.ws));
                return Ok(());
            }
            let (Some(last), Some(other)) = (left.last(), right.last()) else { break };
            (a, b) = (last.seq, other.seq);
            for (order, part) in orders.iter_mut().zip([&left, &right]) {
                for record in part {
                    chain(order.entry(record.contact).or_default(), record);
                }
            }
            let keyed = left.iter().filter_map(|record| Some((record.signal.id, record.signal.dedupe_key.as_deref()?)));
            let asking = keyed.map(async |(id, key)| {
                let answers = (self.source.known_reply(self.ws, key).await?, self.target.known_reply(self.ws, key).await?);
                Ok::<_, TransferError>((id, answers))
            });
            for (id, (left, right)) in stream::iter(asking).buffered(AT_ONCE).try_collect::<Vec<_>>().await? {
                if left != right {
                    found.differ(|| format!("the answer to signal {id}: {left:?} became {right:?}"));
                }
            }
        }
        let [left, right] = orders;
        for (contact, order) in left {
            if right.get(&contact) != Some(&order) {
                found.differ(|| format!("the signals of {contact:?} are not the same, or not in the same order"));
            }
        }
        Ok(())
    }

    async fn contact(&self, contact: ContactId, state: &[u8]) -> Result<Comparison, TransferError> {
        let mut found = Comparison::default();
        let ws = self.ws;
        *found.rows.entry("states").or_default() += 1;
        if self.target.contact_state(ws, contact).await?.as_deref() != Some(state) {
            found.differ(|| format!("the state of {contact} is another"));
        }
        let of_message = MessageFilter { contact: Some(contact), ..Default::default() };
        let (a, b) = both!(self, |store, page| store.messages(ws, of_message.clone(), page));
        found.rows("messages", &contact, a, b, |row| row.id);
        let of_decision = DecisionFilter { contact: Some(contact), ..Default::default() };
        let (a, b) = both!(self, |store, page| store.decisions(ws, of_decision.clone(), page));
        found.rows("decisions", &contact, a, b, |row| row.id);
        let of_ledger = LedgerFilter { contact: Some(contact), ..Default::default() };
        let (a, b) = both!(self, |store, page| store.ledger(ws, of_ledger.clone(), page));
        found.rows("ledger entries", &contact, a, b, |row| row.seq);
        let (a, b) = both!(self, |store, page| store.timeline(ws, contact, TimelineFilter::default(), page));
        found.rows("timeline entries", &contact, a, b, |row| row.id);
        let of_run = RunFilter { contact: Some(contact), ..Default::default() };
        let (a, b) = both!(self, |store, page| store.runs(ws, of_run.clone(), page));
        found.rows("runs", &contact, a, b, |row| row.id);
        let of_conversation = ConversationFilter { contact: Some(contact), ..Default::default() };
        let (a, b) = both!(self, |store, page| store.conversations(ws, of_conversation.clone(), page));
        found.rows("conversations", &contact, a, b, |row| row.id);
        Ok(found)
    }
}

/// Adds one record to a digest of a contact's signals in their order.
fn chain(digest: &mut u64, record: &SignalRecord) {
    let body = serde_json::to_vec(&record.signal).unwrap_or_default();
    *digest = model::draws::stable_hash(&[&digest.to_le_bytes(), &body]);
}
