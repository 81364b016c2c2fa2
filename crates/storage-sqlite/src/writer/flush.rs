//! Held rows on their way out.

use std::sync::Arc;

use model::Timestamp;
use storage::{StorageError, StorageErrorKind};

use super::Group;
use super::held::Columns;
use super::row::{Contact, Row};
use crate::{doc, rows};

fn lost(what: &str) -> StorageError {
    StorageError::new(StorageErrorKind::Corrupt, format!("{what} was to be written and is not there"))
}

impl Group<'_, '_> {
    pub(super) fn flush_contact(&mut self, n: i64) -> Result<(), StorageError> {
        let held = self.memory.contacts.get(n).ok_or_else(|| lost("a contact"))?;
        let listed = if held.fresh || held.listed_moved { Some(held.listed) } else { None };
        let row = Contact {
            n,
            next_wake: held.next_wake.map(Timestamp::as_millis),
            heads: held.heads,
            profile: held.profile,
            last_seen_at: held.last_seen_at,
            state: Arc::clone(&held.state),
            conversation: held.new_conversation.take().map(|row| doc::write("a conversation", &row)).transpose()?,
            runs: held.runs.as_ref().filter(|_| held.runs_moved).map(|runs| doc::write("runs", runs)).transpose()?,
            fresh: held.fresh.then_some((held.ws, held.id)),
            listed,
        };
        (held.fresh, held.listed_moved, held.runs_moved) = (false, false, false);
        if held.told_wake != held.next_wake {
            self.moved.push((n, held.told_wake, held.next_wake));
            held.told_wake = held.next_wake;
        }
        self.put(Row::Contact(Box::new(row)))
    }

    pub(super) fn flush_message(&mut self, n: i64) -> Result<(), StorageError> {
        let held = self.memory.messages.get(n).ok_or_else(|| lost("a message"))?;
        let columns = Columns::of(rows::workspace(n), &held.message);
        let doc = doc::write("a message", &*held.message)?;
        let (contact, prev, message) = (held.contact, held.prev, Arc::clone(&held.message));
        let written = held.written.replace(columns);
        self.put(Row::Message { n, contact, prev, message, columns, written, doc })
    }
}
