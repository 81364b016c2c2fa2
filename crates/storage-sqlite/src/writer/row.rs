//! What steps write, packed by whoever decided, so that the one who writes only writes.

use std::sync::Arc;

use model::broadcast::RecipientChange;
use model::change::{ContactRow, CounterDelta, RunRow, RunStatus};
use model::decision::{DecisionRecord, Verdict};
use model::delivery::Delivery;
use model::signal::Signal;
use model::timeline::TimelineEntry;
use model::{AddressKey, ContactId, LedgerEntry, Message};
use storage::StorageError;

use super::held::{Columns, Heads, Listed, journey};
use super::room::Room;
use crate::logged::LoggedRef;
use crate::{doc, json};

/// Numbers (`n`, `contact`, `prev`, `ws`) are those of rows.
pub(super) enum Row {
    Step { n: i64, contact: i64, prev: i64, doc: Vec<u8> },
    Key { key: u128, step: i64 },
    Link { ws: i64, key: AddressKey, contact: i64 },
    Unlink { ws: i64, key: AddressKey, contact: i64 },
    Profile { n: i64, ws: i64, row: Box<ContactRow> },
    Decision { n: i64, contact: i64, prev: i64, id: [u8; 16], silent: bool, journey: Option<String>, doc: Vec<u8> },
    DecisionAgain { n: i64, silent: bool, doc: Vec<u8> },
    Ledger { ws: i64, contact: i64, entry: Box<LedgerEntry>, doc: String },
    Delivery { ws: i64, delivery: Box<Delivery>, status: String, doc: String },
    Run { n: i64, contact: i64, prev: i64, id: [u8; 16], journey: String, ended: Option<Vec<u8>> },
    RunAgain { n: i64, ended: Option<Vec<u8>> },
    Recipient { ws: i64, contact: ContactId, change: Box<RecipientChange> },
    Count { ws: i64, delta: CounterDelta },
    Message { n: i64, contact: i64, prev: i64, message: Arc<Message>, columns: Columns, written: Option<Columns>, doc: Vec<u8>, room: Room },
    Contact(Box<Contact>),
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
    pub(super) conversation: Option<Vec<u8>>,
    /// Nothing where they stay as they are.
    pub(super) runs: Option<Vec<u8>>,
    pub(super) room: Room,
    /// The workspace and the id of a contact that is new.
    pub(super) fresh: Option<(i64, ContactId)>,
    /// Nothing where it stays as it is.
    pub(super) listed: Option<Listed>,
}

impl Row {
    pub(super) fn step(
        (n, contact, prev): (i64, i64, i64),
        signal: &Signal,
        timeline: &[TimelineEntry],
        reply: &serde_json::Value,
    ) -> Result<Self, StorageError> {
        let doc = doc::write("a step", &LoggedRef { signal, timeline, reply })?;
        Ok(Self::Step { n, contact, prev, doc })
    }

    pub(super) fn decision((n, contact, prev): (i64, i64, i64), record: &DecisionRecord) -> Result<Self, StorageError> {
        let journey = journey(&record.wanted.origin).map(str::to_owned);
        let doc = doc::write("a decision", record)?;
        Ok(Self::Decision { n, contact, prev, id: record.id.to_bytes(), silent: silent(record), journey, doc })
    }

    pub(super) fn decision_again(n: i64, record: &DecisionRecord) -> Result<Self, StorageError> {
        Ok(Self::DecisionAgain { n, silent: silent(record), doc: doc::write("a decision", record)? })
    }

    pub(super) fn ledger(ws: i64, contact: i64, entry: LedgerEntry) -> Result<Self, StorageError> {
        let doc = json::write("a consent entry", &entry)?;
        Ok(Self::Ledger { ws, contact, entry: Box::new(entry), doc })
    }

    pub(super) fn delivery(ws: i64, delivery: Delivery) -> Result<Self, StorageError> {
        let (status, doc) = (json::name(&delivery.status)?, json::write("a delivery", &delivery)?);
        Ok(Self::Delivery { ws, delivery: Box::new(delivery), status, doc })
    }

    pub(super) fn run((n, contact, prev): (i64, i64, i64), row: &RunRow) -> Result<Self, StorageError> {
        Ok(Self::Run { n, contact, prev, id: row.id.to_bytes(), journey: row.journey.clone(), ended: ended(row)? })
    }

    pub(super) fn run_again(n: i64, row: &RunRow) -> Result<Self, StorageError> {
        Ok(Self::RunAgain { n, ended: ended(row)? })
    }
}

fn silent(record: &DecisionRecord) -> bool {
    matches!(record.verdict, Verdict::Silent { .. })
}

/// The document of a run that is not under way any more.
fn ended(row: &RunRow) -> Result<Option<Vec<u8>>, StorageError> {
    if row.status == RunStatus::Active { Ok(None) } else { doc::write("a run", row).map(Some) }
}
