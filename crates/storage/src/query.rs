//! Filters, pages and rows of the read side.

use model::case::ConversationStatus;
use model::change::RunStatus;
use model::message::Direction;
use model::signal::Signal;
use model::timeline::TimelineKind;
use model::{AddressKey, ContactId, ConversationId, Message, MessageId, MessageStatus, SenderId, Timestamp, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// A page of a list. `after` is what the page before gave as `next`; its inside is the backend's business.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    pub limit: u32,
    pub after: Option<String>,
}

impl Page {
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct Paged<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// Newest first unless said otherwise.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ContactFilter {
    /// Words that name or addresses begin with or contain.
    pub search: Option<String>,
    pub address: Option<AddressKey>,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct ConversationFilter {
    pub statuses: Vec<ConversationStatus>,
    pub queue: Option<String>,
    pub assignee: Option<UserId>,
    pub unassigned: bool,
    pub search: Option<String>,
    pub contact: Option<ContactId>,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct MessageFilter {
    pub contact: Option<ContactId>,
    pub conversation: Option<ConversationId>,
    pub direction: Option<Direction>,
    pub statuses: Vec<MessageStatus>,
    pub journey: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct DecisionFilter {
    pub contact: Option<ContactId>,
    pub message: Option<MessageId>,
    pub journey: Option<String>,
    /// Only verdicts that said nothing.
    pub silent: bool,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct TimelineFilter {
    pub kinds: Vec<TimelineKind>,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct RunFilter {
    pub journey: Option<String>,
    pub version: Option<String>,
    pub contact: Option<ContactId>,
    pub status: Option<RunStatus>,
    pub step: Option<String>,
}

/// Oldest first, because a chain is read forwards.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LedgerFilter {
    pub contact: Option<ContactId>,
    pub address: Option<AddressKey>,
}

/// A message that waits for the dispatcher.
#[derive(Clone, PartialEq, Debug)]
pub struct QueuedMessage {
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    pub message: MessageId,
    pub sender: SenderId,
    /// The pair bucket: who would get it.
    pub address: AddressKey,
    pub class: u8,
    pub not_before: Timestamp,
}

/// A message that was marked `sending` or `in_doubt`.
#[derive(Clone, PartialEq, Debug)]
pub struct InFlight {
    pub message: Message,
    pub since: Timestamp,
}

/// A signal that could not be processed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Parked {
    pub signal: Signal,
    pub error: String,
    pub parked_at: Timestamp,
    pub tries: u32,
}

/// An accepted signal as the log keeps it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SignalRecord {
    /// Position in the log.
    pub seq: u64,
    pub contact: Option<ContactId>,
    pub signal: Signal,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counter {
    pub scope: String,
    pub key: String,
    pub name: String,
    pub value: i64,
}

/// What an administrator wants to know of a store.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct StoreStats {
    pub contacts: u64,
    pub signals: u64,
    pub messages: u64,
    pub parked: u64,
    pub unresolved: u64,
    pub bytes: u64,
    pub commits: u64,
    pub steps: u64,
}
