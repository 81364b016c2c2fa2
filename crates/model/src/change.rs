//! What a step changes: everything that the store commits together.

use serde::{Deserialize, Serialize};

use crate::broadcast::RecipientChange;
use crate::case::Conversation;
use crate::decision::DecisionRecord;
use crate::delivery::Delivery;
use crate::timeline::TimelineEntry;
use crate::{AddressKey, ContactId, LedgerEntry, Message, MessageId, RunId, Timestamp};

/// The outcome of applying one signal to one contact. The state itself travels beside it as opaque bytes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes {
    /// The searchable projection of the contact, when it changed.
    pub contact: Option<ContactRow>,
    /// Addresses that now belong to the contact. One that belongs to somebody else stays there, and the step is decided again without it.
    pub link: Vec<AddressKey>,
    pub unlink: Vec<AddressKey>,
    /// New and changed messages, whole.
    pub messages: Vec<Message>,
    pub decisions: Vec<DecisionRecord>,
    pub ledger: Vec<LedgerEntry>,
    pub timeline: Vec<TimelineEntry>,
    pub conversation: Option<Conversation>,
    /// New and changed runs, as people list them.
    pub runs: Vec<RunRow>,
    pub counters: Vec<CounterDelta>,
    /// What became of the contact in broadcasts.
    pub recipients: Vec<RecipientChange>,
    /// Events for other systems.
    pub deliveries: Vec<Delivery>,
    /// Messages that this step marked `sending`: whoever caused it must call their providers. Not stored.
    pub handed: Vec<MessageId>,
    /// Messages in whose place another goes, though they may still arrive: whoever caused it asks their providers to take them back. Not stored,
    /// because nothing rests on it: they have their time, and a late one is counted (R-FB-1).
    pub withdrawn: Vec<MessageId>,
    /// When the contact next needs a wake; `None` when nothing waits.
    pub next_wake: Option<Timestamp>,
}

/// What lists and searches read of a contact.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContactRow {
    pub id: ContactId,
    pub name: Option<String>,
    pub locale: Option<String>,
    pub created_at: Timestamp,
    pub last_seen_at: Option<Timestamp>,
    /// Name and address values, lower-cased, for search.
    pub search: String,
}

/// One run of a journey as people list it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RunRow {
    pub id: RunId,
    pub contact: ContactId,
    pub journey: String,
    pub version: String,
    pub instance_key: String,
    pub status: RunStatus,
    /// Where it stands, or where it ended.
    pub step: String,
    pub entered_at: Timestamp,
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// The next timer of this run.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// How it ended: `completed`, the exit's name, `failed: …`.
    #[serde(default)]
    pub result: Option<String>,
    #[serde(default)]
    pub goal_at: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Active,
    Completed,
    Exited,
    Failed,
}

/// An addition to a counter. Counters are sums of deltas, never a row that everybody locks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct CounterDelta {
    /// `journey:<name>:<version>`, `broadcast:<id>`.
    pub scope: String,
    /// The step, or empty for the whole.
    pub key: String,
    /// `entered`, `waiting`, `sent`, `delivered`, `replied`, `goal`, …
    pub name: String,
    pub by: i64,
}
