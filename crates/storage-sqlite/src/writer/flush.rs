//! Held rows on their way into the file.

use model::Timestamp;
use rusqlite::params;
use storage::{StorageError, StorageErrorKind};

use super::Group;
use super::held::{Columns, HeldMessage, direction, journey, status};
use super::memory::Table;
use crate::rows;
use crate::sql::{contact, message};
use crate::{doc, wakes};

fn lost(what: &str) -> StorageError {
    StorageError::new(StorageErrorKind::Corrupt, format!("{what} was to be written and is not there"))
}

impl Group<'_> {
    pub(super) fn flush_contact(&mut self, n: i64) -> Result<(), StorageError> {
        let held = self.memory.contacts.get(n).ok_or_else(|| lost("a contact"))?;
        if let Some(row) = held.new_conversation.take() {
            held.conversation = Some(doc::write("a conversation", &row)?);
        }
        if let Some(runs) = held.new_runs.take() {
            held.runs = if runs.is_empty() { None } else { Some(doc::write("runs", &runs)?) };
        }
        let failed = crate::error::sql("a contact cannot be written");
        let values = params![
            held.next_wake.map(Timestamp::as_millis),
            held.heads.step,
            held.heads.message,
            held.heads.decision,
            held.heads.run,
            held.profile,
            held.last_seen_at,
            held.conversation,
            held.runs,
            held.state,
            n
        ];
        let listed = params![held.ws, held.id.to_bytes(), held.listed.thread, held.listed.recent, held.listed.inbox_at];
        if held.fresh {
            let mut insert = self.conn.prepare_cached(contact::CONTACT_INSERT).map_err(&failed)?;
            insert.execute([values, listed].concat().as_slice()).map_err(&failed)?;
        } else {
            self.conn.prepare_cached(contact::CONTACT_UPDATE).map_err(&failed)?.execute(values).map_err(&failed)?;
            if held.listed_moved {
                let listed = params![n, held.listed.thread, held.listed.recent, held.listed.inbox_at];
                self.conn.prepare_cached(contact::CONTACT_LISTED).map_err(&failed)?.execute(listed).map_err(&failed)?;
            }
        }
        (held.fresh, held.listed_moved) = (false, false);
        if held.told_wake != held.next_wake {
            self.moved.push((n, held.told_wake, held.next_wake));
            held.told_wake = held.next_wake;
        }
        Ok(())
    }

    pub(super) fn flush_message(&mut self, n: i64) -> Result<(), StorageError> {
        let ws = rows::workspace(n);
        let held = self.memory.messages.get(n).ok_or_else(|| lost("a message"))?;
        let HeldMessage { contact, prev, message: row, written } = held;
        let (contact, prev) = (*contact, *prev);
        let doc = doc::write("a message", row)?;
        let columns = Columns::of(ws, row);
        let failed = crate::error::sql("a message cannot be written");
        let queued = columns.queued;
        let (sender, class, not_before) = (queued.map(|q| q.0), queued.map(|q| q.1), queued.map(|q| q.2));
        if let Some(before) = written {
            let run = |statement: &'static str, values: &[&dyn rusqlite::ToSql]| {
                self.conn.prepare_cached(statement).map_err(&failed)?.execute(values).map_err(&failed).map(drop)
            };
            run(message::MESSAGE_UPDATE, params![n, status(row.status), doc])?;
            if before.queued != columns.queued {
                run(message::MESSAGE_QUEUED, params![n, sender, class, not_before])?;
            }
            if before.open_since != columns.open_since {
                run(message::MESSAGE_OPEN, params![n, columns.open_since])?;
            }
            if before.provider != columns.provider {
                run(message::MESSAGE_PROVIDED, params![n, columns.provider])?;
            }
        } else {
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
            self.conn.prepare_cached(message::MESSAGE_INSERT).map_err(&failed)?.execute(values).map_err(&failed)?;
        }
        *written = Some(columns);
        Ok(())
    }

    /// Whether so many wakes moved that a start would have to read too many contacts again.
    pub(super) fn saves_wakes(&self, at_least: usize) -> bool {
        self.memory.unsaved.len() + self.moved.len() >= at_least
    }

    /// Writes them down. Called last in a transaction.
    pub(super) fn save_wakes(&mut self) -> Result<(), StorageError> {
        let mut unsaved = self.memory.unsaved.clone();
        unsaved.extend(self.moved.iter().map(|(n, _, after)| (*n, after.map(Timestamp::as_millis))));
        for (n, at) in unsaved {
            match at {
                Some(at) => self.execute(contact::WAKE_PUT, params![n, at])?,
                None => self.execute(contact::WAKE_DELETE, [n])?,
            };
        }
        let mut workspaces = self.prepared(contact::WORKSPACE_NUMBERS)?;
        let failed = crate::error::sql("the timers cannot be saved");
        let all: Vec<i64> = workspaces.query_map([], |row| row.get(0)).map_err(&failed)?.collect::<Result<_, _>>().map_err(&failed)?;
        drop(workspaces);
        for ws in all {
            let last = self.memory.last_number(self.conn, Table::Step, ws)?;
            self.execute(contact::WAKE_MARK_PUT, params![ws, last])?;
        }
        Ok(())
    }

    /// What this transaction moved.
    pub(super) fn into_moved(self) -> Vec<wakes::Moved> {
        self.moved
    }
}
