//! The port's methods, each one line to where it is done.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

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

use crate::backup;
use crate::json;
use crate::leases::Leases;
use crate::read::{contacts, conversations, decisions, deliveries, documents, inventory, log, messages, outbox, paged, recipients, runs};
use crate::store::SqliteStore;
use crate::wakes::Wakes;

type Answer<T> = Result<T, StorageError>;

#[async_trait]
impl Store for SqliteStore {
    async fn step(&self, signals: Vec<Signal>) -> Answer<Vec<StepOutcome>> {
        self.submit(signals).await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Answer<Vec<(WorkspaceId, ContactId, Timestamp)>> {
        let due = self.wakes(move |wakes| wakes.due(now, limit as usize)).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        self.readers.read(move |conn| contacts::due(conn, &due, now)).await
    }

    async fn next_due(&self) -> Answer<Option<Timestamp>> {
        self.wakes(Wakes::next).await
    }

    async fn queued(&self, sender: SenderId, now: Timestamp, limit: u32) -> Answer<Vec<QueuedMessage>> {
        self.readers.read(move |conn| outbox::queued(conn, sender, now, limit)).await
    }

    async fn queue_heads(&self) -> Answer<Vec<(SenderId, Timestamp)>> {
        self.readers.read(outbox::heads).await
    }

    async fn in_flight(&self, older_than: Timestamp, limit: u32) -> Answer<Vec<InFlight>> {
        self.readers.read(move |conn| outbox::in_flight(conn, older_than, limit)).await
    }

    async fn contact_state(&self, ws: WorkspaceId, contact: ContactId) -> Answer<Option<Vec<u8>>> {
        self.readers.read_in(ws, move |conn, ws| contacts::state(conn, ws, contact)).await
    }

    async fn find_contact(&self, ws: WorkspaceId, keys: &[AddressKey]) -> Answer<Option<ContactId>> {
        let keys = keys.to_vec();
        self.readers.read_in(ws, move |conn, ws| contacts::find(conn, ws, &keys)).await
    }

    async fn contacts(&self, ws: WorkspaceId, filter: ContactFilter, page: Page) -> Answer<Paged<ContactRow>> {
        self.readers.read_in(ws, move |conn, ws| contacts::list(conn, ws, &filter, &page)).await.map(paged)
    }

    async fn timeline(&self, ws: WorkspaceId, contact: ContactId, filter: TimelineFilter, page: Page) -> Answer<Paged<TimelineEntry>> {
        self.readers.read_in(ws, move |conn, ws| decisions::timeline(conn, ws, contact, &filter, &page)).await.map(paged)
    }

    async fn message(&self, ws: WorkspaceId, id: MessageId) -> Answer<Option<Message>> {
        self.readers.read_in(ws, move |conn, ws| messages::get(conn, ws, id)).await
    }

    async fn messages(&self, ws: WorkspaceId, filter: MessageFilter, page: Page) -> Answer<Paged<Message>> {
        self.readers.read_in(ws, move |conn, ws| messages::list(conn, ws, &filter, &page)).await.map(paged)
    }

    async fn decision(&self, ws: WorkspaceId, id: DecisionId) -> Answer<Option<DecisionRecord>> {
        self.readers.read_in(ws, move |conn, ws| decisions::get(conn, ws, id)).await
    }

    async fn decisions(&self, ws: WorkspaceId, filter: DecisionFilter, page: Page) -> Answer<Paged<DecisionRecord>> {
        self.readers.read_in(ws, move |conn, ws| decisions::list(conn, ws, &filter, &page)).await.map(paged)
    }

    async fn ledger(&self, ws: WorkspaceId, filter: LedgerFilter, page: Page) -> Answer<Paged<LedgerEntry>> {
        self.readers.read_in(ws, move |conn, ws| decisions::ledger(conn, ws, &filter, &page)).await.map(paged)
    }

    async fn conversation(&self, ws: WorkspaceId, id: ConversationId) -> Answer<Option<Conversation>> {
        self.readers.read_in(ws, move |conn, ws| conversations::get(conn, ws, id)).await
    }

    async fn conversations(&self, ws: WorkspaceId, filter: ConversationFilter, page: Page) -> Answer<Paged<Conversation>> {
        self.readers.read_in(ws, move |conn, ws| conversations::list(conn, ws, &filter, &page)).await.map(paged)
    }

    async fn run(&self, ws: WorkspaceId, id: RunId) -> Answer<Option<RunRow>> {
        self.readers.read_in(ws, move |conn, ws| runs::get(conn, ws, id)).await
    }

    async fn runs(&self, ws: WorkspaceId, filter: RunFilter, page: Page) -> Answer<Paged<RunRow>> {
        self.readers.read_in(ws, move |conn, ws| runs::list(conn, ws, &filter, &page)).await.map(paged)
    }

    async fn counters(&self, ws: WorkspaceId, scope: &str) -> Answer<Vec<Counter>> {
        let scope = scope.to_owned();
        self.readers.read_in(ws, move |conn, ws| runs::counters(conn, ws, &scope)).await
    }

    async fn signals(&self, ws: WorkspaceId, after: u64, limit: u32) -> Answer<Vec<SignalRecord>> {
        self.readers.read_in(ws, move |conn, ws| log::signals(conn, ws, after, limit)).await
    }

    async fn scan_contacts(&self, ws: WorkspaceId, after: Option<ContactId>, limit: u32) -> Answer<Vec<(ContactId, Vec<u8>)>> {
        self.readers.read_in(ws, move |conn, ws| recipients::scan(conn, ws, after, limit)).await
    }

    async fn add_recipients(&self, ws: WorkspaceId, broadcast: BroadcastId, rows: &[NewRecipient], at: Timestamp) -> Answer<u64> {
        let rows = rows.to_vec();
        self.write(move |group| group.add_recipients(ws, broadcast, &rows, at)).await
    }

    async fn pending_recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        canary: bool,
        until: Timestamp,
        limit: u32,
    ) -> Answer<Vec<(ContactId, Timestamp)>> {
        self.readers.read_in(ws, move |conn, ws| recipients::pending(conn, ws, broadcast, canary, until, limit)).await
    }

    async fn close_recipients(&self, ws: WorkspaceId, broadcast: BroadcastId, contacts: &[ContactId], closing: &Closing) -> Answer<u64> {
        let (contacts, closing) = (contacts.to_vec(), closing.clone());
        self.write(move |group| group.close_recipients(ws, broadcast, &contacts, &closing)).await
    }

    async fn recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        state: Option<RecipientState>,
        page: Page,
    ) -> Answer<Paged<Recipient>> {
        self.readers.read_in(ws, move |conn, ws| recipients::list(conn, ws, broadcast, state, &page)).await.map(paged)
    }

    async fn recipient(&self, ws: WorkspaceId, broadcast: BroadcastId, contact: ContactId) -> Answer<Option<Recipient>> {
        self.readers.read_in(ws, move |conn, ws| recipients::get(conn, ws, broadcast, contact)).await
    }

    async fn parked(&self, ws: WorkspaceId, page: Page) -> Answer<Paged<Parked>> {
        self.readers.read_in(ws, move |conn, ws| log::parked(conn, ws, &page)).await.map(paged)
    }

    async fn retry_parked(&self, ws: WorkspaceId, signal: SignalId) -> Answer<Option<StepOutcome>> {
        self.write(move |group| group.retry_parked(ws, signal)).await
    }

    async fn expire_waiting(&self, before: Timestamp, error: &str, limit: u32) -> Answer<u64> {
        let error = error.to_owned();
        self.write(move |group| group.expire_waiting(before, &error, limit)).await
    }

    async fn park_raw(&self, ws: WorkspaceId, source: &str, raw: &[u8], error: &str, at: Timestamp) -> Answer<()> {
        let (source, raw, error) = (source.to_owned(), raw.to_vec(), error.to_owned());
        self.write(move |group| group.park_raw(ws, &source, &raw, &error, at)).await
    }

    async fn due_deliveries(&self, now: Timestamp, limit: u32) -> Answer<Vec<Delivery>> {
        self.readers.read(move |conn| deliveries::due(conn, now, limit)).await
    }

    async fn update_delivery(&self, delivery: &Delivery) -> Answer<()> {
        let delivery = delivery.clone();
        self.write(move |group| group.update_delivery(&delivery)).await
    }

    async fn deliveries(&self, ws: WorkspaceId, endpoint: Option<&str>, page: Page) -> Answer<Paged<Delivery>> {
        let endpoint = endpoint.map(str::to_owned);
        self.readers.read_in(ws, move |conn, ws| deliveries::list(conn, ws, endpoint.as_deref(), &page)).await.map(paged)
    }

    async fn append_audit(&self, entry: &AuditEntry) -> Answer<()> {
        let entry = entry.clone();
        self.write(move |group| group.append_audit(&entry)).await
    }

    async fn audit(&self, ws: WorkspaceId, page: Page) -> Answer<Paged<AuditEntry>> {
        self.readers.read_in(ws, move |conn, ws| deliveries::audit(conn, ws, &page)).await.map(paged)
    }

    async fn document(&self, ws: WorkspaceId, kind: &str, id: &str) -> Answer<Option<Stored<serde_json::Value>>> {
        let (kind, id) = (kind.to_owned(), id.to_owned());
        self.readers.read_in(ws, move |conn, ws| documents::get(conn, ws, &kind, &id)).await
    }

    async fn documents(&self, ws: WorkspaceId, kind: &str, page: Page) -> Answer<Paged<Stored<serde_json::Value>>> {
        let kind = kind.to_owned();
        self.readers.read_in(ws, move |conn, ws| documents::list(conn, ws, &kind, &page)).await.map(paged)
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
        if kind.is_empty() || id.is_empty() {
            return Err(StorageError::new(StorageErrorKind::Invalid, "a document needs a kind and an id"));
        }
        let (kind, id, doc) = (kind.to_owned(), id.to_owned(), json::write("a document", &value)?);
        self.write(move |group| group.put_document(ws, &kind, &id, expected, &doc, at)).await
    }

    async fn delete_document(&self, ws: WorkspaceId, kind: &str, id: &str) -> Answer<bool> {
        let (kind, id) = (kind.to_owned(), id.to_owned());
        self.write(move |group| group.delete_document(ws, &kind, &id)).await
    }

    async fn workspaces(&self) -> Answer<Vec<WorkspaceId>> {
        self.readers.read(documents::workspaces).await
    }

    fn sharing(&self) -> Sharing {
        // The lock beside the file lets no other process write.
        Sharing::Alone
    }

    fn listen(&self, _listener: Arc<dyn Listener>) {}

    async fn leases(&self) -> Answer<Vec<Lease>> {
        self.leases().map(Leases::list)
    }

    async fn claim_leases(&self, holder: &str, claims: &[LeaseClaim]) -> Answer<Vec<Lease>> {
        self.leases().map(|leases| leases.claim(holder, claims))
    }

    async fn release_leases(&self, holder: &str, names: &[String]) -> Answer<()> {
        self.leases().map(|leases| leases.release(holder, names))
    }

    async fn inventory(&self, ws: WorkspaceId) -> Answer<Inventory> {
        self.readers.read_in(ws, inventory::inventory).await
    }

    async fn known_reply(&self, ws: WorkspaceId, key: &str) -> Answer<Option<KnownReply>> {
        let key = key.to_owned();
        let hashes = self.hashes.clone();
        self.readers.read_in(ws, move |conn, ws| inventory::known_reply(conn, &hashes, ws, &key)).await
    }

    async fn stats(&self) -> Answer<StoreStats> {
        let stats = self.readers.read(log::stats).await?;
        let since_opened = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        Ok(StoreStats { commits: since_opened(&self.metrics.commits), steps: since_opened(&self.metrics.steps), ..stats })
    }

    async fn backup(&self, to: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Answer<()> {
        backup::backup(&self.path, to, progress).await
    }
}
