//! The port.

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
    BroadcastId, ContactId, ConversationId, DecisionId, LedgerEntry, Message, MessageId, RunId, SenderId, SignalId, Timestamp, WorkspaceId,
};

use crate::StorageError;
use crate::documents::Stored;
use crate::node::{DocumentMark, Lease, LeaseClaim, Sharing};
use crate::notice::Listener;
use crate::query::{
    ContactFilter, ConversationFilter, Counter, DecisionFilter, InFlight, LedgerFilter, MessageFilter, Page, Paged, Parked, QueuedMessage,
    RunFilter, SignalRecord, StoreStats, TimelineFilter,
};
use crate::step::StepOutcome;
use crate::transfer::{Inventory, KnownReply};

/// Documents looked at in one go.
const MARKS_PAGE: u32 = 500;

/// Everything that a store does. All methods may be called from any task at any time.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    // --- the loop -----------------------------------------------------------------------------------------------------------

    /// Applies signals, each to its contact, in the order given, and answers after all of it is durable. Signals of several callers
    /// may share one transaction. The answers stand in the order of the signals. A signal with a known dedupe key changes nothing.
    /// `Conflict` says that nothing was stored because what is decided by has changed: read it again, and repeat ([`crate::Decider::revision`]).
    /// After a commit, signals that waited for a provider's message id which a step just recorded are applied by themselves.
    async fn step(&self, signals: Vec<Signal>) -> Result<Vec<StepOutcome>, StorageError>;

    /// Contacts whose next wake is at or before `now`, earliest first. A contact stays due until a step moves its wake.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<(WorkspaceId, ContactId, Timestamp)>, StorageError>;

    /// The earliest wake of all contacts, so that the timer loop knows how long it may sleep.
    async fn next_due(&self) -> Result<Option<Timestamp>, StorageError>;

    /// Messages of a sender that may go at `now`: by class, then by `not_before`, then by id.
    async fn queued(&self, sender: SenderId, now: Timestamp, limit: u32) -> Result<Vec<QueuedMessage>, StorageError>;

    /// The senders that have queued messages at all, with the earliest `not_before` of each.
    async fn queue_heads(&self) -> Result<Vec<(SenderId, Timestamp)>, StorageError>;

    /// Messages in `sending` or `in_doubt` since before `older_than`, oldest first.
    async fn in_flight(&self, older_than: Timestamp, limit: u32) -> Result<Vec<InFlight>, StorageError>;

    // --- contacts and what happened to them ---------------------------------------------------------------------------------

    async fn contact_state(&self, ws: WorkspaceId, contact: ContactId) -> Result<Option<Vec<u8>>, StorageError>;
    async fn find_contact(&self, ws: WorkspaceId, keys: &[model::AddressKey]) -> Result<Option<ContactId>, StorageError>;
    async fn contacts(&self, ws: WorkspaceId, filter: ContactFilter, page: Page) -> Result<Paged<ContactRow>, StorageError>;
    async fn timeline(
        &self,
        ws: WorkspaceId,
        contact: ContactId,
        filter: TimelineFilter,
        page: Page,
    ) -> Result<Paged<TimelineEntry>, StorageError>;
    async fn message(&self, ws: WorkspaceId, id: MessageId) -> Result<Option<Message>, StorageError>;
    async fn messages(&self, ws: WorkspaceId, filter: MessageFilter, page: Page) -> Result<Paged<Message>, StorageError>;
    async fn decision(&self, ws: WorkspaceId, id: DecisionId) -> Result<Option<DecisionRecord>, StorageError>;
    async fn decisions(&self, ws: WorkspaceId, filter: DecisionFilter, page: Page) -> Result<Paged<DecisionRecord>, StorageError>;
    async fn ledger(&self, ws: WorkspaceId, filter: LedgerFilter, page: Page) -> Result<Paged<LedgerEntry>, StorageError>;
    async fn conversation(&self, ws: WorkspaceId, id: ConversationId) -> Result<Option<Conversation>, StorageError>;
    /// Latest message first.
    async fn conversations(&self, ws: WorkspaceId, filter: ConversationFilter, page: Page) -> Result<Paged<Conversation>, StorageError>;
    async fn run(&self, ws: WorkspaceId, id: RunId) -> Result<Option<RunRow>, StorageError>;
    async fn runs(&self, ws: WorkspaceId, filter: RunFilter, page: Page) -> Result<Paged<RunRow>, StorageError>;
    /// Sums of all deltas under a scope.
    async fn counters(&self, ws: WorkspaceId, scope: &str) -> Result<Vec<Counter>, StorageError>;
    /// The log, oldest first, from after a position.
    async fn signals(&self, ws: WorkspaceId, after: u64, limit: u32) -> Result<Vec<SignalRecord>, StorageError>;

    // --- broadcasts ---------------------------------------------------------------------------------------------------------------

    /// Contacts with their states, in the order of their ids, from after one of them: how an audience is found without holding it.
    async fn scan_contacts(&self, ws: WorkspaceId, after: Option<ContactId>, limit: u32)
    -> Result<Vec<(ContactId, Vec<u8>)>, StorageError>;

    /// Writes recipients down as pending, and answers how many of them were new: whoever is there already stays as they are. The
    /// counters of the broadcast ([`model::broadcast::broadcast_scope`]) move in the same transaction, here and wherever a row changes
    /// its state: key the code or empty, name the state.
    async fn add_recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        rows: &[NewRecipient],
        at: Timestamp,
    ) -> Result<u64, StorageError>;

    /// Pending recipients of the canary or of the rest whose time has come at `until`: by their time, then by contact.
    async fn pending_recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        canary: bool,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<(ContactId, Timestamp)>, StorageError>;

    /// Ends those of the contacts that are still pending, and answers how many they were.
    async fn close_recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        contacts: &[ContactId],
        closing: &Closing,
    ) -> Result<u64, StorageError>;

    /// The rows, in an order that does not move: by contact, or those of one state.
    async fn recipients(
        &self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        state: Option<RecipientState>,
        page: Page,
    ) -> Result<Paged<Recipient>, StorageError>;

    /// One contact's row.
    async fn recipient(&self, ws: WorkspaceId, broadcast: BroadcastId, contact: ContactId) -> Result<Option<Recipient>, StorageError>;

    // --- signals that could not be processed ----------------------------------------------------------------------------------

    async fn parked(&self, ws: WorkspaceId, page: Page) -> Result<Paged<Parked>, StorageError>;
    /// Tries a parked signal again. It leaves the parking place only if it is applied.
    async fn retry_parked(&self, ws: WorkspaceId, signal: SignalId) -> Result<Option<StepOutcome>, StorageError>;
    /// Ends the waiting of signals that arrived before `before` and name a provider's message id that no message ever got: each is parked with
    /// `error`, where people see it. At most `limit` of all workspaces, oldest first; answers how many.
    async fn expire_waiting(&self, before: Timestamp, error: &str, limit: u32) -> Result<u64, StorageError>;
    /// Keeps bytes that could not even be read as a signal, with the reason, so that nothing accepted is lost.
    async fn park_raw(&self, ws: WorkspaceId, source: &str, raw: &[u8], error: &str, at: Timestamp) -> Result<(), StorageError>;

    // --- events for other systems, and the audit log -------------------------------------------------------------------------

    /// Pending deliveries whose next attempt is at or before `now`, earliest first.
    async fn due_deliveries(&self, now: Timestamp, limit: u32) -> Result<Vec<Delivery>, StorageError>;
    async fn update_delivery(&self, delivery: &Delivery) -> Result<(), StorageError>;
    /// Newest first; of one endpoint or of all.
    async fn deliveries(&self, ws: WorkspaceId, endpoint: Option<&str>, page: Page) -> Result<Paged<Delivery>, StorageError>;
    async fn append_audit(&self, entry: &AuditEntry) -> Result<(), StorageError>;
    /// Newest first.
    async fn audit(&self, ws: WorkspaceId, page: Page) -> Result<Paged<AuditEntry>, StorageError>;

    // --- documents ------------------------------------------------------------------------------------------------------------

    async fn document(&self, ws: WorkspaceId, kind: &str, id: &str) -> Result<Option<Stored<serde_json::Value>>, StorageError>;
    /// In the order of their ids.
    async fn documents(&self, ws: WorkspaceId, kind: &str, page: Page) -> Result<Paged<Stored<serde_json::Value>>, StorageError>;
    /// Creates (`expected` 0) or replaces version `expected`; the answer is the new version. Another version there is a `Conflict`.
    async fn put_document(
        &self,
        ws: WorkspaceId,
        kind: &str,
        id: &str,
        expected: u64,
        value: serde_json::Value,
        at: Timestamp,
    ) -> Result<u64, StorageError>;
    async fn delete_document(&self, ws: WorkspaceId, kind: &str, id: &str) -> Result<bool, StorageError>;
    /// Every workspace that has documents.
    async fn workspaces(&self) -> Result<Vec<WorkspaceId>, StorageError>;

    /// Changes with each change of a document of this workspace that decisions depend on ([`crate::Decider::decides_by`]). A store that is
    /// [`Sharing::Alone`] need not count.
    async fn revision(&self, _ws: WorkspaceId) -> Result<u64, StorageError> {
        Ok(0)
    }

    /// What stands for the documents of some kinds, in the order of kinds and ids: who keeps them in memory finds out cheaply what changed.
    async fn document_marks(&self, ws: WorkspaceId, kinds: &[&str]) -> Result<Vec<DocumentMark>, StorageError> {
        let mut marks = Vec::new();
        for kind in kinds {
            let mut page = Page::first(MARKS_PAGE);
            loop {
                let got = self.documents(ws, kind, page).await?;
                marks.extend(got.items.into_iter().map(|stored| DocumentMark {
                    kind: (*kind).to_owned(),
                    id: stored.id,
                    version: stored.version,
                    updated_at: stored.updated_at,
                }));
                match got.next {
                    Some(after) => page = Page { limit: MARKS_PAGE, after: Some(after) },
                    None => break,
                }
            }
        }
        marks.sort();
        Ok(marks)
    }

    // --- several nodes --------------------------------------------------------------------------------------------------------

    /// Whether other processes may write to this store, and whether this one hears of it. May change while it runs.
    fn sharing(&self) -> Sharing;

    /// From now on the listener hears what other nodes commit; also its own node's commits, where that is simpler. A store that is
    /// [`Sharing::Alone`] tells nothing.
    fn listen(&self, listener: Arc<dyn Listener>);

    /// All leases that were ever taken, in the order of their names.
    async fn leases(&self) -> Result<Vec<Lease>, StorageError>;

    /// Claims leases, each by the rule of [`Lease::claimed`], and answers how they stand now, in the order of the claims. A lease is held by
    /// at most one node, however many claim it at the same moment.
    async fn claim_leases(&self, holder: &str, claims: &[LeaseClaim]) -> Result<Vec<Lease>, StorageError>;

    /// Frees those of the leases that `holder` holds.
    async fn release_leases(&self, holder: &str, names: &[String]) -> Result<(), StorageError>;

    // --- moving to another store ------------------------------------------------------------------------------------------------

    /// What no list shows of a workspace. The other store takes it all in by [`Store::step`] with a decider that repeats what was decided here
    /// ([`crate::Decider::owner`]).
    async fn inventory(&self, ws: WorkspaceId) -> Result<Inventory, StorageError>;

    /// What a signal with this key would be answered, if the key is known.
    async fn known_reply(&self, ws: WorkspaceId, key: &str) -> Result<Option<KnownReply>, StorageError>;

    // --- running it -----------------------------------------------------------------------------------------------------------

    async fn stats(&self) -> Result<StoreStats, StorageError>;
    /// A consistent copy while everything goes on. `progress` gets (done, total) in pages or rows.
    async fn backup(&self, to: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<(), StorageError>;
}
