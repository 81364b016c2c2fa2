//! Rows on their way into the file.

use std::collections::BTreeMap;

use model::broadcast::{Progress, RecipientChange, RecipientNews, RecipientState, broadcast_scope};
use model::change::{ContactRow, CounterDelta, RunRow, RunStatus};
use model::decision::{DecisionRecord, Verdict};
use model::{BroadcastId, ContactId, Message, Timestamp};
use rusqlite::{ToSql, params};
use storage::StorageError;

use super::held::{Columns, direction, journey, status};
use super::row::{Contact, Row};
use super::statements::Statements;
use crate::logged::LoggedRef;
use crate::sql::{contact, decision, delivery, ledger, message, recipient, run, signal as log};
use crate::{doc, json};

/// A counter of a broadcast.
pub(super) fn delta(broadcast: BroadcastId, code: Option<&str>, name: &str, by: i64) -> CounterDelta {
    CounterDelta { scope: broadcast_scope(broadcast), key: code.unwrap_or_default().to_owned(), name: name.to_owned(), by }
}

/// Writes rows in a transaction that others begin and end.
pub(super) struct Pen<'s, 'c> {
    pub(super) statements: &'s Statements<'c>,
    counters: BTreeMap<(i64, String, String, String), i64>,
}

impl<'s, 'c> Pen<'s, 'c> {
    pub(super) const fn new(statements: &'s Statements<'c>) -> Self {
        Self { statements, counters: BTreeMap::new() }
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

    /// Forgets them, when what they counted is undone.
    pub(super) fn undo(&mut self) {
        self.counters.clear();
    }

    fn put(&self, statement: &'static str, values: &[&dyn ToSql]) -> Result<(), StorageError> {
        self.statements.execute(statement, values).map(drop)
    }

    pub(super) fn write(&mut self, row: Row) -> Result<(), StorageError> {
        match row {
            Row::Step { n, contact, prev, signal, timeline, reply } => {
                let logged = LoggedRef { signal: &signal, timeline: &timeline, reply: &reply };
                self.put(log::STEP_INSERT, params![n, contact, prev, doc::write("a step", &logged)?])
            }
            Row::Key { key, step } => self.put(contact::DEDUPE_PUT, params![key, step, None::<i64>]),
            Row::Link { ws, key, contact: n } => self.put(contact::ADDRESS_LINK, params![ws, key.kind.as_str(), key.value, n]),
            Row::Unlink { ws, key, contact: n } => self.put(contact::ADDRESS_UNLINK, params![ws, key.kind.as_str(), key.value, n]),
            Row::Profile { n, ws, row } => self.profile(n, ws, &row),
            Row::Decision { n, contact, prev, record } => self.decision(n, contact, prev, &record),
            Row::DecisionAgain { n, record } => {
                self.put(decision::DECISION_UPDATE, params![n, silent(&record), doc::write("a decision", &record)?])
            }
            Row::Ledger { ws, contact, entry } => {
                let (address, doc) = (&entry.change.address, json::write("a consent entry", &entry)?);
                let values = params![ws, contact, entry.seq.cast_signed(), address.kind.as_str(), address.value, doc];
                self.put(ledger::LEDGER_INSERT, values)
            }
            Row::Delivery { ws, delivery: row } => {
                let (status, doc) = (json::name(&row.status)?, json::write("a delivery", &row)?);
                let values = params![ws, row.id.to_bytes(), row.endpoint, status, row.next_at.as_millis(), doc];
                self.put(delivery::DELIVERY_INSERT, values)
            }
            Row::Run { n, contact, prev, row } => {
                let (active, doc) = ended(&row)?;
                self.put(run::RUN_INSERT, params![n, contact, prev, row.id.to_bytes(), row.journey, active, doc])
            }
            Row::RunAgain { n, row } => {
                let (active, doc) = ended(&row)?;
                self.put(run::RUN_UPDATE, params![n, active, doc])
            }
            Row::Recipient { ws, contact, change } => self.recipient(ws, contact, *change),
            Row::Count { ws, delta } => {
                self.count(ws, delta);
                Ok(())
            }
            Row::Message { n, contact, prev, message, columns, written } => self.message(n, contact, prev, &message, columns, written),
            Row::Contact(row) => self.contact(&row),
            Row::Wake { contact: n, at: Some(at) } => self.put(contact::WAKE_PUT, params![n, at]),
            Row::Wake { contact: n, at: None } => self.put(contact::WAKE_DELETE, params![n]),
            Row::WakeMark { ws, step } => self.put(contact::WAKE_MARK_PUT, params![ws, step]),
        }
    }

    fn profile(&self, n: i64, ws: i64, row: &ContactRow) -> Result<(), StorageError> {
        let values = params![n, ws, row.name, row.locale, row.created_at.as_millis(), row.search.to_lowercase()];
        self.put(contact::PROFILE_PUT, values)
    }

    fn decision(&self, n: i64, contact: i64, prev: i64, record: &DecisionRecord) -> Result<(), StorageError> {
        let doc = doc::write("a decision", record)?;
        let values = params![n, contact, prev, record.id.to_bytes(), silent(record), journey(&record.wanted.origin), doc];
        self.put(decision::DECISION_INSERT, values)
    }

    fn message(
        &self,
        n: i64,
        contact: i64,
        prev: i64,
        row: &Message,
        columns: Columns,
        written: Option<Columns>,
    ) -> Result<(), StorageError> {
        let doc = doc::write("a message", row)?;
        let queued = columns.queued;
        let (sender, class, not_before) = (queued.map(|q| q.0), queued.map(|q| q.1), queued.map(|q| q.2));
        let Some(before) = written else {
            let values = params![
                n,
                contact,
                prev,
                row.id.to_bytes(),
                direction(row.direction),
                status(row.status),
                sender,
                class,
                not_before,
                columns.open_since,
                columns.provider,
                journey(&row.origin),
                doc
            ];
            return self.put(message::MESSAGE_INSERT, values);
        };
        self.put(message::MESSAGE_UPDATE, params![n, status(row.status), doc])?;
        if before.queued != columns.queued {
            self.put(message::MESSAGE_QUEUED, params![n, sender, class, not_before])?;
        }
        if before.open_since != columns.open_since {
            self.put(message::MESSAGE_OPEN, params![n, columns.open_since])?;
        }
        if before.provider != columns.provider {
            self.put(message::MESSAGE_PROVIDED, params![n, columns.provider])?;
        }
        Ok(())
    }

    fn contact(&self, row: &Contact) -> Result<(), StorageError> {
        let Contact { n, next_wake, heads, profile, last_seen_at, state, conversation, runs, fresh, listed } = row;
        let conversation = conversation.as_ref().map(|row| doc::write("a conversation", row)).transpose()?;
        let runs = runs.as_ref().map(|rows| doc::write("runs", &**rows)).transpose()?;
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
            n
        ];
        let place = listed.unwrap_or_default();
        if let Some((ws, id)) = fresh {
            let id = id.to_bytes();
            let rest = params![ws, id, place.thread, place.recent, place.inbox_at];
            return self.put(contact::CONTACT_INSERT, &[values, rest].concat());
        }
        self.put(contact::CONTACT_UPDATE, values)?;
        if listed.is_some() {
            self.put(contact::CONTACT_LISTED, params![n, place.thread, place.recent, place.inbox_at])?;
        }
        Ok(())
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

fn silent(record: &DecisionRecord) -> bool {
    matches!(record.verdict, Verdict::Silent { .. })
}

/// Whether a run is under way, and its document once it is not.
fn ended(row: &RunRow) -> Result<(bool, Option<Vec<u8>>), StorageError> {
    let active = row.status == RunStatus::Active;
    Ok((active, if active { None } else { Some(doc::write("a run", row)?) }))
}
