//! The real store behind faults: it fails before it does anything, does it and loses the answer, stalls, or the process dies there.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use model::audit::AuditEntry;
use model::broadcast::{Closing, NewRecipient, Recipient, RecipientState};
use model::case::Conversation;
use model::change::{ContactRow, RunRow};
use model::decision::DecisionRecord;
use model::delivery::Delivery;
use model::signal::Signal;
use model::timeline::TimelineEntry;
use model::{
    AddressKey, BroadcastId, ContactId, ConversationId, DecisionId, LedgerEntry, Message, MessageId, RunId, SenderId, SignalId, Timestamp,
    WorkspaceId,
};
use storage::{
    ContactFilter, ConversationFilter, Counter, DecisionFilter, InFlight, Inventory, KnownReply, Lease, LeaseClaim, LedgerFilter, Listener,
    MessageFilter, Page, Paged, Parked, QueuedMessage, RunFilter, Sharing, SignalRecord, StepOutcome, StorageError, StorageErrorKind,
    Store, StoreStats, Stored, TimelineFilter,
};

use super::chaos::{Chaos, StoreFault};
use super::plant::Plant;

type Answer<T> = Result<T, StorageError>;

pub struct ChaosStore {
    inner: Arc<dyn Store>,
    chaos: Arc<Chaos>,
    plant: Plant,
}

/// What happens to the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Given,
    Lost,
    Died,
}

impl ChaosStore {
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, chaos: Arc<Chaos>, plant: Plant) -> Self {
        Self { inner, chaos, plant }
    }

    fn enter(&self, place: &str) -> Answer<After> {
        let gone = |text: &str| Err(StorageError::new(StorageErrorKind::Unavailable, text));
        if !self.chaos.alive() {
            return gone("the process is gone");
        }
        match self.chaos.store_fault(place) {
            None => Ok(After::Given),
            Some(StoreFault::Before) => gone("the store does not answer (simulated)"),
            Some(StoreFault::After) => Ok(After::Lost),
            Some(StoreFault::CrashBefore) => {
                self.chaos.kill();
                gone("the process is gone")
            }
            Some(StoreFault::CrashAfter) => Ok(After::Died),
            Some(StoreFault::Stall(span)) => {
                self.chaos.clock.pass(span);
                Ok(After::Given)
            }
        }
    }

    fn leave<T>(&self, after: After, answer: Answer<T>) -> Answer<T> {
        if after == After::Died {
            self.chaos.kill();
        }
        match after {
            After::Given => answer,
            After::Lost | After::Died => {
                answer.and_then(|_| Err(StorageError::new(StorageErrorKind::Unavailable, "the store's answer was lost (simulated)")))
            }
        }
    }
}

macro_rules! through {
    ($self:ident . $method:ident ( $($argument:expr),* )) => {{
        let after = $self.enter(stringify!($method))?;
        let answer = $self.inner.$method($($argument),*).await;
        $self.leave(after, answer)
    }};
}

#[async_trait]
impl Store for ChaosStore {
    async fn step(&self, signals: Vec<Signal>) -> Answer<Vec<StepOutcome>> {
        let signals = self.plant.spoil(signals);
        through!(self.step(signals))
    }
    async fn due(&self, now: Timestamp, limit: u32) -> Answer<Vec<(WorkspaceId, ContactId, Timestamp)>> {
        through!(self.due(now, limit))
    }
    async fn next_due(&self) -> Answer<Option<Timestamp>> {
        through!(self.next_due())
    }
    async fn queued(&self, sender: SenderId, now: Timestamp, limit: u32) -> Answer<Vec<QueuedMessage>> {
        through!(self.queued(sender, now, limit))
    }
    async fn queue_heads(&self) -> Answer<Vec<(SenderId, Timestamp)>> {
        through!(self.queue_heads())
    }
    async fn in_flight(&self, older_than: Timestamp, limit: u32) -> Answer<Vec<InFlight>> {
        through!(self.in_flight(older_than, limit))
    }
    async fn contact_state(&self, ws: WorkspaceId, contact: ContactId) -> Answer<Option<Vec<u8>>> {
        through!(self.contact_state(ws, contact))
    }
    async fn find_contact(&self, ws: WorkspaceId, keys: &[AddressKey]) -> Answer<Option<ContactId>> {
        through!(self.find_contact(ws, keys))
    }
    async fn contacts(&self, ws: WorkspaceId, filter: ContactFilter, page: Page) -> Answer<Paged<ContactRow>> {
        through!(self.contacts(ws, filter, page))
    }
    async fn timeline(&self, ws: WorkspaceId, contact: ContactId, filter: TimelineFilter, page: Page) -> Answer<Paged<TimelineEntry>> {
        through!(self.timeline(ws, contact, filter, page))
    }
    async fn message(&self, ws: WorkspaceId, id: MessageId) -> Answer<Option<Message>> {
        through!(self.message(ws, id))
    }
    async fn messages(&self, ws: WorkspaceId, filter: MessageFilter, page: Page) -> Answer<Paged<Message>> {
        through!(self.messages(ws, filter, page))
    }
    async fn decision(&self, ws: WorkspaceId, id: DecisionId) -> Answer<Option<DecisionRecord>> {
        through!(self.decision(ws, id))
    }
    async fn decisions(&self, ws: WorkspaceId, filter: DecisionFilter, page: Page) -> Answer<Paged<DecisionRecord>> {
        through!(self.decisions(ws, filter, page))
    }
    async fn ledger(&self, ws: WorkspaceId, filter: LedgerFilter, page: Page) -> Answer<Paged<LedgerEntry>> {
        through!(self.ledger(ws, filter, page))
    }
    async fn conversation(&self, ws: WorkspaceId, id: ConversationId) -> Answer<Option<Conversation>> {
        through!(self.conversation(ws, id))
    }
    async fn conversations(&self, ws: WorkspaceId, filter: ConversationFilter, page: Page) -> Answer<Paged<Conversation>> {
        through!(self.conversations(ws, filter, page))
    }
    async fn run(&self, ws: WorkspaceId, id: RunId) -> Answer<Option<RunRow>> {
        through!(self.run(ws, id))
    }
    async fn runs(&self, ws: WorkspaceId, filter: RunFilter, page: Page) -> Answer<Paged<RunRow>> {
        through!(self.runs(ws, filter, page))
    }
    async fn counters(&self, ws: WorkspaceId, scope: &str) -> Answer<Vec<Counter>> {
        through!(self.counters(ws, scope))
    }
    async fn signals(&self, ws: WorkspaceId, after: u64, limit: u32) -> Answer<Vec<SignalRecord>> {
        through!(self.signals(ws, after, limit))
    }
    async fn scan_contacts(&self, ws: WorkspaceId, after: Option<ContactId>, limit: u32) -> Answer<Vec<(ContactId, Vec<u8>)>> {
        through!(self.scan_contacts(ws, after, limit))
    }
    async fn add_recipients(&self, ws: WorkspaceId, broadcast: BroadcastId, rows: &[NewRecipient], at: Timestamp) -> Answer<u64> {
        through!(self.add_recipients(ws, broadcast, rows, at))
    }
    async fn pending_recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        canary: bool,
        until: Timestamp,
        limit: u32,
    ) -> Answer<Vec<(ContactId, Timestamp)>> {
        through!(self.pending_recipients(ws, broadcast, canary, until, limit))
    }
    async fn close_recipients(&self, ws: WorkspaceId, broadcast: BroadcastId, contacts: &[ContactId], closing: &Closing) -> Answer<u64> {
        through!(self.close_recipients(ws, broadcast, contacts, closing))
    }
    async fn recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        state: Option<RecipientState>,
        page: Page,
    ) -> Answer<Paged<Recipient>> {
        through!(self.recipients(ws, broadcast, state, page))
    }
    async fn recipient(&self, ws: WorkspaceId, broadcast: BroadcastId, contact: ContactId) -> Answer<Option<Recipient>> {
        through!(self.recipient(ws, broadcast, contact))
    }
    async fn parked(&self, ws: WorkspaceId, page: Page) -> Answer<Paged<Parked>> {
        through!(self.parked(ws, page))
    }
    async fn retry_parked(&self, ws: WorkspaceId, signal: SignalId) -> Answer<Option<StepOutcome>> {
        through!(self.retry_parked(ws, signal))
    }
    async fn expire_waiting(&self, before: Timestamp, error: &str, limit: u32) -> Answer<u64> {
        through!(self.expire_waiting(before, error, limit))
    }
    async fn park_raw(&self, ws: WorkspaceId, source: &str, raw: &[u8], error: &str, at: Timestamp) -> Answer<()> {
        through!(self.park_raw(ws, source, raw, error, at))
    }
    async fn due_deliveries(&self, now: Timestamp, limit: u32) -> Answer<Vec<Delivery>> {
        through!(self.due_deliveries(now, limit))
    }
    async fn update_delivery(&self, delivery: &Delivery) -> Answer<()> {
        through!(self.update_delivery(delivery))
    }
    async fn deliveries(&self, ws: WorkspaceId, endpoint: Option<&str>, page: Page) -> Answer<Paged<Delivery>> {
        through!(self.deliveries(ws, endpoint, page))
    }
    async fn append_audit(&self, entry: &AuditEntry) -> Answer<()> {
        through!(self.append_audit(entry))
    }
    async fn audit(&self, ws: WorkspaceId, page: Page) -> Answer<Paged<AuditEntry>> {
        through!(self.audit(ws, page))
    }
    async fn document(&self, ws: WorkspaceId, kind: &str, id: &str) -> Answer<Option<Stored<serde_json::Value>>> {
        through!(self.document(ws, kind, id))
    }
    async fn documents(&self, ws: WorkspaceId, kind: &str, page: Page) -> Answer<Paged<Stored<serde_json::Value>>> {
        through!(self.documents(ws, kind, page))
    }
    async fn put_document(
        &self,
        ws: WorkspaceId,
        kind: &str,
        id: &str,
        expected: u64,
        value: serde_json::Value,
        at: Timestamp,
    ) -> Answer<u64> {
        through!(self.put_document(ws, kind, id, expected, value, at))
    }
    async fn delete_document(&self, ws: WorkspaceId, kind: &str, id: &str) -> Answer<bool> {
        through!(self.delete_document(ws, kind, id))
    }
    async fn workspaces(&self) -> Answer<Vec<WorkspaceId>> {
        through!(self.workspaces())
    }
    fn sharing(&self) -> Sharing {
        self.inner.sharing()
    }
    fn listen(&self, listener: Arc<dyn Listener>) {
        self.inner.listen(listener);
    }
    async fn leases(&self) -> Answer<Vec<Lease>> {
        through!(self.leases())
    }
    async fn claim_leases(&self, holder: &str, claims: &[LeaseClaim]) -> Answer<Vec<Lease>> {
        through!(self.claim_leases(holder, claims))
    }
    async fn release_leases(&self, holder: &str, names: &[String]) -> Answer<()> {
        through!(self.release_leases(holder, names))
    }
    async fn inventory(&self, ws: WorkspaceId) -> Answer<Inventory> {
        through!(self.inventory(ws))
    }
    async fn known_reply(&self, ws: WorkspaceId, key: &str) -> Answer<Option<KnownReply>> {
        through!(self.known_reply(ws, key))
    }
    async fn stats(&self) -> Answer<StoreStats> {
        through!(self.stats())
    }
    async fn backup(&self, to: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Answer<()> {
        through!(self.backup(to, progress))
    }
}
