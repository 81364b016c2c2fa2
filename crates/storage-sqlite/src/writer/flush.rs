//! Held rows on their way out.

use std::sync::Arc;

use model::{Message, Timestamp};
use storage::{StorageError, StorageErrorKind};

use super::Group;
use super::held::{Columns, Heads, Held, direction, journey, status};
use super::room::{self, Room};
use super::row::{Contact, Row};
use crate::{doc, rows};

fn lost(what: &str) -> StorageError {
    StorageError::new(StorageErrorKind::Corrupt, format!("{what} was to be written and is not there"))
}

/// Room for a contact's record, in the order of its columns.
fn contact_room(held: &Held, row: &Contact) -> Room {
    let Heads { step, message, decision, run } = held.heads;
    let listed = held.listed;
    let columns = [
        room::integer(held.ws),
        room::bytes(16),
        room::optional(row.next_wake),
        room::integer(step),
        room::integer(message),
        room::integer(decision),
        room::integer(run),
        room::optional(held.profile),
        room::optional(held.last_seen_at),
        room::optional_bytes(listed.thread.map(|thread| thread.len())),
        room::optional(listed.recent),
        room::optional(listed.inbox_at),
        room::optional_bytes(held.conversation_bytes),
        room::optional_bytes(held.runs_bytes),
        room::bytes(held.state.len()),
    ];
    room::keep(&columns, held.size, |least| room::of_contact(least, held.fresh))
}

/// The same for a message's.
fn message_room((contact, prev): (i64, i64), message: &Message, columns: &Columns, doc: &[u8], before: i64) -> Room {
    let queued = columns.queued;
    let widths = [
        room::integer(contact),
        room::integer(prev),
        room::bytes(16),
        room::integer(direction(message.direction)),
        room::integer(status(message.status)),
        room::optional_bytes(queued.map(|(sender, ..)| sender.len())),
        room::optional(queued.map(|(_, class, _)| i64::from(class))),
        room::optional(queued.map(|(.., not_before)| not_before)),
        room::optional(columns.open_since),
        room::optional_bytes(journey(&message.origin).map(str::len)),
        room::bytes(doc.len()),
    ];
    room::keep(&widths, before, room::of_message)
}

impl Group<'_, '_> {
    pub(super) fn flush_contact(&mut self, n: i64) -> Result<(), StorageError> {
        let held = self.memory.contacts.get(n).ok_or_else(|| lost("a contact"))?;
        let listed = if held.fresh || held.listed_moved { Some(held.listed) } else { None };
        let conversation = held.new_conversation.take().map(|row| doc::write("a conversation", &row)).transpose()?;
        if let Some(packed) = &conversation {
            held.conversation_bytes = Some(packed.len());
        }
        let runs = held.runs.as_ref().filter(|_| held.runs_moved).map(|runs| doc::write("runs", runs)).transpose()?;
        if let Some(packed) = &runs {
            held.runs_bytes = Some(packed.len());
        }
        let mut row = Contact {
            n,
            next_wake: held.next_wake.map(Timestamp::as_millis),
            heads: held.heads,
            profile: held.profile,
            last_seen_at: held.last_seen_at,
            state: Arc::clone(&held.state),
            conversation,
            runs,
            room: Room::default(),
            fresh: held.fresh.then_some((held.ws, held.id)),
            listed,
        };
        row.room = contact_room(held, &row);
        held.size = row.room.size;
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
        let room = message_room((contact, prev), &message, &columns, &doc, held.size);
        held.size = room.size;
        self.put(Row::Message { n, contact, prev, message, columns, written, doc, room })
    }
}
