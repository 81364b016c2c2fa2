//! What steps write: whole values, so that whoever writes them packs them.

use std::sync::Arc;

use model::broadcast::RecipientChange;
use model::case::Conversation;
use model::change::{ContactRow, CounterDelta, RunRow};
use model::decision::DecisionRecord;
use model::delivery::Delivery;
use model::signal::Signal;
use model::timeline::TimelineEntry;
use model::{AddressKey, ContactId, LedgerEntry, Message};

use super::held::{Columns, Heads, Listed};

/// Numbers (`n`, `contact`, `prev`, `ws`) are those of rows.
pub(super) enum Row {
    Step { n: i64, contact: i64, prev: i64, signal: Arc<Signal>, timeline: Vec<TimelineEntry>, reply: serde_json::Value },
    Key { key: [u8; 16], step: i64 },
    Link { ws: i64, key: AddressKey, contact: i64 },
    Unlink { ws: i64, key: AddressKey, contact: i64 },
    Profile { n: i64, ws: i64, row: Box<ContactRow> },
    Decision { n: i64, contact: i64, prev: i64, record: Box<DecisionRecord> },
    DecisionAgain { n: i64, record: Box<DecisionRecord> },
    Ledger { ws: i64, contact: i64, entry: Box<LedgerEntry> },
    Delivery { ws: i64, delivery: Box<Delivery> },
    Run { n: i64, contact: i64, prev: i64, row: Box<RunRow> },
    RunAgain { n: i64, row: Box<RunRow> },
    Recipient { ws: i64, contact: ContactId, change: Box<RecipientChange> },
    Count { ws: i64, delta: CounterDelta },
    Message { n: i64, contact: i64, prev: i64, message: Arc<Message>, columns: Columns, written: Option<Columns> },
    Contact(Box<Contact>),
    Wake { contact: i64, at: Option<i64> },
    WakeMark { ws: i64, step: i64 },
}

/// A contact's row as a group leaves it.
pub(super) struct Contact {
    pub(super) n: i64,
    pub(super) next_wake: Option<i64>,
    pub(super) heads: Heads,
    pub(super) profile: Option<i64>,
    pub(super) last_seen_at: Option<i64>,
    pub(super) state: Arc<[u8]>,
    /// Nothing where it stays as it is.
    pub(super) conversation: Option<Conversation>,
    /// Nothing where they stay as they are.
    pub(super) runs: Option<Arc<Vec<RunRow>>>,
    /// The workspace and the id of a contact that is new.
    pub(super) fresh: Option<(i64, ContactId)>,
    /// Nothing where it stays as it is.
    pub(super) listed: Option<Listed>,
}
