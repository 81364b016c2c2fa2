//! Rows on their way into the file.

use std::collections::{BTreeMap, BTreeSet};

use model::broadcast::{Progress, RecipientChange, RecipientNews, RecipientState, broadcast_scope};
use model::change::CounterDelta;
use model::{BroadcastId, ContactId, Message, Timestamp};
use rusqlite::types::Value;
use rusqlite::{ToSql, params};
use storage::StorageError;

use super::held::{Columns, direction, journey, status};
use super::room::Room;
use super::row::{Contact, Row};
use super::statements::Statements;
use crate::hashes::Entry;
use crate::sql::{contact, decision, delivery, ledger, message, recipient, run, signal as log};

/// Sender, class and earliest time, while it is queued.
fn queued(columns: &Columns) -> [Value; 3] {
    columns.queued.map_or([Value::Null, Value::Null, Value::Null], |(sender, class, not_before)| {
        [sender.to_vec().into(), i64::from(class).into(), not_before.into()]
    })
}

/// A counter of a broadcast.
pub(super) fn delta(broadcast: BroadcastId, code: Option<&str>, name: &str, by: i64) -> CounterDelta {
    CounterDelta { scope: broadcast_scope(broadcast), key: code.unwrap_or_default().to_owned(), name: name.to_owned(), by }
}

/// Writes rows in a transaction that others begin and end.
pub(super) struct Pen<'s, 'c> {
    pub(super) statements: &'s Statements<'c>,
    counters: BTreeMap<(i64, String, String, String), i64>,
    /// Written at the end of the transaction, and until then found here.
    hashes: Vec<Entry>,
    found: BTreeSet<Entry>,
}

impl<'s, 'c> Pen<'s, 'c> {
    pub(super) const fn new(statements: &'s Statements<'c>) -> Self {
        Self { statements, counters: BTreeMap::new(), hashes: Vec::new(), found: BTreeSet::new() }
    }

    pub(super) fn add_hash(&mut self, hash: u128, n: i64) {
        self.hashes.push((hash, n));
    }

    /// The numbers of a hash that this transaction added.
    pub(super) fn hash(&mut self, hash: u128) -> impl Iterator<Item = i64> + '_ {
        // Who only writes never asks.
        self.found.extend(self.hashes.iter().skip(self.found.len()));
        self.found.range((hash, i64::MIN)..=(hash, i64::MAX)).map(|(_, n)| *n)
    }

    pub(super) const fn hashes(&self) -> usize {
        self.hashes.len()
    }

    pub(super) fn into_hashes(self) -> Vec<Entry> {
        self.hashes
    }

    pub(super) fn count(&mut self, ws: i64, delta: CounterDelta) {
        let CounterDelta { scope, key, name, by } = delta;
        let sum = self.counters.entry((ws, scope, key, name)).or_default();
        *sum = sum.saturating_add(by);
    }

    /// Writes the sums that were put off.
    pub(super) fn finish(&mut self) -> Result<(), StorageError> {
        for ((ws, scope, key, name), by) in std::mem::take(&mut self.counters) {
            self.statements.execute(run::COUNTER_ADD, params![ws, scope, key, name, by])?;
        }
        Ok(())
    }

    /// Forgets them, and the hashes from a place on, when what they came of is undone.
    pub(super) fn undo(&mut self, hashes: usize) {
        self.counters.clear();
        self.hashes.truncate(hashes);
        self.found.clear();
    }

    fn put(&self, statement: &'static str, values: &[&dyn ToSql]) -> Result<(), StorageError> {
        self.statements.execute(statement, values).map(drop)
    }

    pub(super) fn write(&mut self, row: Row) -> Result<(), StorageError> {
        match row {
            Row::Step { n, contact, prev, doc } => self.put(log::STEP_INSERT, params![n, contact, prev, doc]),
            Row::Key { key, step } => {
                self.add_hash(key, step);
                Ok(())
            }
            Row::Link { ws, key, contact: n } => self.put(contact::ADDRESS_LINK, params![ws, key.kind.as_str(), key.value, n]),
            Row::Unlink { ws, key, contact: n } => self.put(contact::ADDRESS_UNLINK, params![ws, key.kind.as_str(), key.value, n]),
            Row::Profile { n, ws, row } => {
                let values = params![n, ws, row.name, row.locale, row.created_at.as_millis(), row.search.to_lowercase()];
                self.put(contact::PROFILE_PUT, values)
            }
            Row::Decision { n, contact, prev, id, silent, journey, doc } => {
                self.put(decision::DECISION_INSERT, params![n, contact, prev, id, silent, journey, doc])
            }
            Row::DecisionAgain { n, silent, doc } => self.put(decision::DECISION_UPDATE, params![n, silent, doc]),
            Row::Ledger { ws, contact, entry, doc } => {
                let address = &entry.change.address;
                let values = params![ws, contact, entry.seq.cast_signed(), address.kind.as_str(), address.value, doc];
                self.put(ledger::LEDGER_INSERT, values)
            }
            Row::Delivery { ws, delivery: row, status, doc } => {
                let values = params![ws, row.id.to_bytes(), row.endpoint, status, row.next_at.as_millis(), doc];
                self.put(delivery::DELIVERY_INSERT, values)
            }
            Row::Run { n, contact, prev, id, journey, ended } => {
                self.put(run::RUN_INSERT, params![n, contact, prev, id, journey, ended.is_none(), ended])
            }
            Row::RunAgain { n, ended } => self.put(run::RUN_UPDATE, params![n, ended.is_none(), ended]),
            Row::Recipient { ws, contact, change } => self.recipient(ws, contact, *change),
            Row::Count { ws, delta } => {
                self.count(ws, delta);
                Ok(())
            }
            Row::Message { n, contact, prev, message, columns, written: None, doc, room } => {
                let [sender, class, not_before] = queued(&columns);
                let values = params![
                    n,
                    contact,
                    prev,
                    message.id.to_bytes(),
                    direction(message.direction),
                    status(message.status),
                    sender,
                    class,
                    not_before,
                    columns.open_since,
                    journey(&message.origin),
                    doc,
                    room.size,
                    room.room
                ];
                self.put(message::MESSAGE_INSERT, values)?;
                columns.provider.into_iter().for_each(|hash| self.add_hash(hash, n));
                Ok(())
            }
            Row::Message { n, message, columns, written: Some(before), doc, room, .. } => {
                let provider = columns.provider.filter(|_| before.provider != columns.provider);
                provider.into_iter().for_each(|hash| self.add_hash(hash, n));
                self.message((n, &message), columns, before, (&doc, room))
            }
            Row::Contact(row) => self.contact(&row),
        }
    }

    /// Whatever is in an index is written only where its value moved.
    fn message(
        &self,
        (n, row): (i64, &Message),
        columns: Columns,
        before: Columns,
        (doc, room): (&[u8], Room),
    ) -> Result<(), StorageError> {
        let status = status(row.status);
        let values = params![n, status, doc, room.size, room.room];
        if before.queued != columns.queued {
            let [sender, class, not_before] = queued(&columns);
            return self.put(message::MESSAGE_QUEUED, &[values, params![columns.open_since, sender, class, not_before]].concat());
        }
        if before.open_since != columns.open_since {
            return self.put(message::MESSAGE_OPENED, &[values, params![columns.open_since]].concat());
        }
        self.put(message::MESSAGE_UPDATE, values)
    }

    fn contact(&self, row: &Contact) -> Result<(), StorageError> {
        let Contact { n, next_wake, heads, profile, last_seen_at, state, conversation, runs, room, fresh, listed } = row;
        let values = params![
            next_wake,
            heads.step,
            heads.message,
            heads.decision,
            heads.run,
            profile,
            last_seen_at,
            conversation,
            runs,
            &**state,
            room.size,
            room.room,
            n
        ];
        let place = listed.unwrap_or_default();
        let places = params![place.thread, place.recent, place.inbox_at];
        if let Some((ws, id)) = fresh {
            return self.put(contact::CONTACT_INSERT, &[values, places, params![ws, id.to_bytes()]].concat());
        }
        match listed {
            Some(_) => self.put(contact::CONTACT_LISTED, &[values, places].concat()),
            None => self.put(contact::CONTACT_UPDATE, values),
        }
    }

    /// Writes what a step says about its contact's row in a broadcast. There may be none: nobody can be moved into an audience.
    fn recipient(&mut self, ws: i64, whom: ContactId, change: RecipientChange) -> Result<(), StorageError> {
        let RecipientChange { broadcast, at, news } = change;
        let (id, contact, at) = (broadcast.to_bytes(), whom.to_bytes(), at.as_millis());
        match news {
            RecipientNews::Moved { state, not_before, code, reason, decision, message, channel } => {
                let Some((before, old_code)) = self.recipient_state(ws, broadcast, whom)? else { return Ok(()) };
                let values = params![
                    ws,
                    id,
                    contact,
                    state.as_str(),
                    not_before.map_or(0, Timestamp::as_millis),
                    at,
                    code,
                    reason,
                    decision.map(model::DecisionId::to_bytes),
                    message.map(model::MessageId::to_bytes),
                    channel.map(model::Channel::as_str)
                ];
                self.put(recipient::RECIPIENT_MOVE, values)?;
                self.count(ws, delta(broadcast, old_code.as_deref(), &before, -1));
                self.count(ws, delta(broadcast, code.as_deref(), state.as_str(), 1));
            }
            RecipientNews::Replied => {
                if self.statements.execute(recipient::RECIPIENT_REPLIED, params![ws, id, contact, at])? > 0 {
                    self.count(ws, delta(broadcast, None, Progress::REPLIED, 1));
                }
            }
            RecipientNews::OptedOut { complaint } => {
                if self.statements.execute(recipient::RECIPIENT_OPTED_OUT, params![ws, id, contact, at])? > 0 {
                    self.count(ws, delta(broadcast, None, Progress::OPTED_OUT, 1));
                    if complaint {
                        self.count(ws, delta(broadcast, None, Progress::COMPLAINED, 1));
                    }
                }
            }
        }
        Ok(())
    }

    fn recipient_state(
        &self,
        ws: i64,
        broadcast: BroadcastId,
        contact: ContactId,
    ) -> Result<Option<(String, Option<String>)>, StorageError> {
        let values = params![ws, broadcast.to_bytes(), contact.to_bytes()];
        self.statements.find(recipient::RECIPIENT_STATE, values, |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Whether a recipient waits for their turn.
    pub(super) fn is_pending(&self, ws: i64, broadcast: BroadcastId, contact: ContactId) -> Result<bool, StorageError> {
        let state = self.recipient_state(ws, broadcast, contact)?;
        Ok(state.is_some_and(|(state, _)| state == RecipientState::Pending.as_str()))
    }
}
