//! The port's methods, each one line to where it is done.

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
    ContactFilter, ConversationFilter, Counter, DecisionFilter, DocumentMark, InFlight, Inventory, KnownReply, Lease, LeaseClaim,
    LedgerFilter, Listener, MessageFilter, Notice, Page, Paged, Parked, QueuedMessage, RunFilter, Sharing, SignalRecord, StepOutcome,
    StorageError, StorageErrorKind, Store, StoreStats, Stored, TimelineFilter,
};

use crate::read::{contacts, conversations, decisions, deliveries, documents, empty, inventory, log, messages, outbox, recipients, runs};
use crate::store::PostgresStore;
use crate::writer::{add_recipients, close_recipients};
use crate::{backup, leases};

type Answer<T> = Result<T, StorageError>;

#[async_trait]
impl Store for PostgresStore {
    async fn step(&self, signals: Vec<Signal>) -> Answer<Vec<StepOutcome>> {
        self.writer()?.step(signals).await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Answer<Vec<(WorkspaceId, ContactId, Timestamp)>> {
        contacts::due(&self.pool, self.writer().is_ok(), now, limit).await
    }

    async fn next_due(&self) -> Answer<Option<Timestamp>> {
        contacts::next_due(&self.pool, self.writer().is_ok()).await
    }

    async fn queued(&self, sender: SenderId, now: Timestamp, limit: u32) -> Answer<Vec<QueuedMessage>> {
        outbox::queued(&self.pool, sender, now, limit).await
    }

    async fn queue_heads(&self) -> Answer<Vec<(SenderId, Timestamp)>> {
        outbox::heads(&self.pool).await
    }

    async fn in_flight(&self, older_than: Timestamp, limit: u32) -> Answer<Vec<InFlight>> {
        outbox::in_flight(&self.pool, older_than, limit).await
    }

    async fn contact_state(&self, ws: WorkspaceId, contact: ContactId) -> Answer<Option<Vec<u8>>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        contacts::state(&self.pool, n, contact).await
    }

    async fn find_contact(&self, ws: WorkspaceId, keys: &[AddressKey]) -> Answer<Option<ContactId>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        contacts::find(&self.pool, n, keys).await
    }

    async fn contacts(&self, ws: WorkspaceId, filter: ContactFilter, page: Page) -> Answer<Paged<ContactRow>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        contacts::list(&self.pool, n, &filter, &page).await
    }

    async fn timeline(&self, ws: WorkspaceId, contact: ContactId, filter: TimelineFilter, page: Page) -> Answer<Paged<TimelineEntry>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        decisions::timeline(&self.pool, n, contact, &filter, &page).await
    }

    async fn message(&self, ws: WorkspaceId, id: MessageId) -> Answer<Option<Message>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        messages::get(&self.pool, n, id).await
    }

    async fn messages(&self, ws: WorkspaceId, filter: MessageFilter, page: Page) -> Answer<Paged<Message>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        messages::list(&self.pool, n, &filter, &page).await
    }

    async fn decision(&self, ws: WorkspaceId, id: DecisionId) -> Answer<Option<DecisionRecord>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        decisions::get(&self.pool, n, id).await
    }

    async fn decisions(&self, ws: WorkspaceId, filter: DecisionFilter, page: Page) -> Answer<Paged<DecisionRecord>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        decisions::list(&self.pool, n, &filter, &page).await
    }

    async fn ledger(&self, ws: WorkspaceId, filter: LedgerFilter, page: Page) -> Answer<Paged<LedgerEntry>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        decisions::ledger(&self.pool, n, &filter, &page).await
    }

    async fn conversation(&self, ws: WorkspaceId, id: ConversationId) -> Answer<Option<Conversation>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        conversations::get(&self.pool, n, id).await
    }

    async fn conversations(&self, ws: WorkspaceId, filter: ConversationFilter, page: Page) -> Answer<Paged<Conversation>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        conversations::list(&self.pool, n, &filter, &page).await
    }

    async fn run(&self, ws: WorkspaceId, id: RunId) -> Answer<Option<RunRow>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        runs::get(&self.pool, n, id).await
    }

    async fn runs(&self, ws: WorkspaceId, filter: RunFilter, page: Page) -> Answer<Paged<RunRow>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        runs::list(&self.pool, n, &filter, &page).await
    }

    async fn counters(&self, ws: WorkspaceId, scope: &str) -> Answer<Vec<Counter>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(Vec::new()) };
        runs::counters(&self.pool, n, scope).await
    }

    async fn signals(&self, ws: WorkspaceId, after: u64, limit: u32) -> Answer<Vec<SignalRecord>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(Vec::new()) };
        log::signals(&self.pool, n, after, limit).await
    }

    async fn scan_contacts(&self, ws: WorkspaceId, after: Option<ContactId>, limit: u32) -> Answer<Vec<(ContactId, Vec<u8>)>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(Vec::new()) };
        contacts::scan(&self.pool, n, after, limit).await
    }

    async fn add_recipients(&self, ws: WorkspaceId, broadcast: BroadcastId, rows: &[NewRecipient], at: Timestamp) -> Answer<u64> {
        let n = self.make_workspace(ws).await?;
        add_recipients(&self.pool, n, broadcast, rows, at).await
    }

    async fn pending_recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        canary: bool,
        until: Timestamp,
        limit: u32,
    ) -> Answer<Vec<(ContactId, Timestamp)>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(Vec::new()) };
        recipients::pending(&self.pool, n, broadcast, canary, until, limit).await
    }

    async fn close_recipients(&self, ws: WorkspaceId, broadcast: BroadcastId, contacts: &[ContactId], closing: &Closing) -> Answer<u64> {
        self.writer()?;
        let Some(n) = self.workspace(ws).await? else { return Ok(0) };
        close_recipients(&self.pool, n, broadcast, contacts, closing).await
    }

    async fn recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        state: Option<RecipientState>,
        page: Page,
    ) -> Answer<Paged<Recipient>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        recipients::list(&self.pool, n, broadcast, state, &page).await
    }

    async fn recipient(&self, ws: WorkspaceId, broadcast: BroadcastId, contact: ContactId) -> Answer<Option<Recipient>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        recipients::get(&self.pool, n, broadcast, contact).await
    }

    async fn parked(&self, ws: WorkspaceId, page: Page) -> Answer<Paged<Parked>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        log::parked(&self.pool, n, &page).await
    }

    async fn retry_parked(&self, ws: WorkspaceId, signal: SignalId) -> Answer<Option<StepOutcome>> {
        self.writer()?.retry_parked(ws, signal).await
    }

    async fn expire_waiting(&self, before: Timestamp, error: &str, limit: u32) -> Answer<u64> {
        self.writer()?;
        log::expire_waiting(&self.pool, before, error, limit).await
    }

    async fn park_raw(&self, ws: WorkspaceId, source: &str, raw: &[u8], error: &str, at: Timestamp) -> Answer<()> {
        let n = self.make_workspace(ws).await?;
        log::park_raw(&self.pool, (ws, n), source, raw, error, at).await
    }

    async fn due_deliveries(&self, now: Timestamp, limit: u32) -> Answer<Vec<Delivery>> {
        deliveries::due(&self.pool, now, limit).await
    }

    async fn update_delivery(&self, delivery: &Delivery) -> Answer<()> {
        self.writer()?;
        deliveries::update(&self.pool, self.workspace(delivery.workspace).await?, delivery).await
    }

    async fn deliveries(&self, ws: WorkspaceId, endpoint: Option<&str>, page: Page) -> Answer<Paged<Delivery>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        deliveries::list(&self.pool, n, endpoint, &page).await
    }

    async fn append_audit(&self, entry: &AuditEntry) -> Answer<()> {
        let n = self.make_workspace(entry.workspace).await?;
        deliveries::append_audit(&self.pool, n, entry).await
    }

    async fn audit(&self, ws: WorkspaceId, page: Page) -> Answer<Paged<AuditEntry>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        deliveries::audit(&self.pool, n, &page).await
    }

    async fn document(&self, ws: WorkspaceId, kind: &str, id: &str) -> Answer<Option<Stored<serde_json::Value>>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        documents::get(&self.pool, n, kind, id).await
    }

    async fn documents(&self, ws: WorkspaceId, kind: &str, page: Page) -> Answer<Paged<Stored<serde_json::Value>>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(empty()) };
        documents::list(&self.pool, n, kind, &page).await
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
        let (n, decides) = (self.make_workspace(ws).await?, self.decides_by(kind));
        let version = documents::put(&self.pool, n, documents::Name { kind, id, decides }, expected, &value, at).await?;
        if decides {
            self.notices.tell(Notice::document(ws));
        }
        Ok(version)
    }

    async fn delete_document(&self, ws: WorkspaceId, kind: &str, id: &str) -> Answer<bool> {
        self.writer()?;
        let Some(n) = self.workspace(ws).await? else { return Ok(false) };
        let decides = self.decides_by(kind);
        let gone = documents::delete(&self.pool, n, documents::Name { kind, id, decides }).await?;
        if gone && decides {
            self.notices.tell(Notice::document(ws));
        }
        Ok(gone)
    }

    async fn workspaces(&self) -> Answer<Vec<WorkspaceId>> {
        documents::workspaces(&self.pool).await
    }

    async fn revision(&self, ws: WorkspaceId) -> Answer<u64> {
        let Some(n) = self.workspace(ws).await? else { return Ok(0) };
        documents::revision(&self.pool, n).await
    }

    async fn document_marks(&self, ws: WorkspaceId, kinds: &[&str]) -> Answer<Vec<DocumentMark>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(Vec::new()) };
        documents::marks(&self.pool, n, kinds).await
    }

    fn sharing(&self) -> Sharing {
        self.notices.sharing()
    }

    fn listen(&self, listener: Arc<dyn Listener>) {
        self.notices.add(listener);
    }

    async fn leases(&self) -> Answer<Vec<Lease>> {
        leases::list(&self.pool).await
    }

    async fn claim_leases(&self, holder: &str, claims: &[LeaseClaim]) -> Answer<Vec<Lease>> {
        self.writer()?;
        leases::claim(&self.pool, holder, claims).await
    }

    async fn release_leases(&self, holder: &str, names: &[String]) -> Answer<()> {
        self.writer()?;
        leases::release(&self.pool, holder, names).await
    }

    async fn inventory(&self, ws: WorkspaceId) -> Answer<Inventory> {
        let Some(n) = self.workspace(ws).await? else { return Ok(Inventory::default()) };
        inventory::inventory(&self.pool, n).await
    }

    async fn known_reply(&self, ws: WorkspaceId, key: &str) -> Answer<Option<KnownReply>> {
        let Some(n) = self.workspace(ws).await? else { return Ok(None) };
        inventory::known_reply(&self.pool, n, key).await
    }

    async fn stats(&self) -> Answer<StoreStats> {
        self.figures().await
    }

    async fn backup(&self, to: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Answer<()> {
        backup::backup(&self.pool, to, progress).await
    }
}
