//! What waits for the dispatcher, and what is under way.

use model::message::Class;
use model::{AddressKey, ContactId, Message, MessageId, SenderId, Timestamp, WorkspaceId};
use rusqlite::{Connection, params};
use serde::Deserialize;
use storage::{InFlight, QueuedMessage, StorageError};

use super::{one, query};
use crate::doc;
use crate::sql::message as statements;

const CLASSES: [Class; 4] = [Class::Agent, Class::Transactional, Class::Service, Class::Promotional];

/// The two members of a message that the dispatcher needs beside the columns.
#[derive(Deserialize)]
struct Person {
    contact: ContactId,
    address: AddressKey,
}

pub(crate) fn queued(conn: &Connection, sender: SenderId, now: Timestamp, limit: u32) -> Result<Vec<QueuedMessage>, StorageError> {
    let mut queue = Vec::new();
    for class in CLASSES {
        let room = (limit as usize).saturating_sub(queue.len());
        if room == 0 {
            break;
        }
        let rows = query(conn, statements::OUTBOX, params![sender.to_bytes(), class.rank(), now.as_millis(), room as i64], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, Vec<u8>>(4)?))
        })?;
        for (workspace, message, class, not_before, packed) in rows {
            let Person { contact, address } = doc::read("message", &packed)?;
            queue.push(QueuedMessage {
                workspace: WorkspaceId::from_bytes(workspace),
                contact,
                message: MessageId::from_bytes(message),
                sender,
                address,
                class,
                not_before: Timestamp::from_millis(not_before),
            });
        }
    }
    Ok(queue)
}

/// One look a sender and class, however many messages wait.
pub(crate) fn heads(conn: &Connection) -> Result<Vec<(SenderId, Timestamp)>, StorageError> {
    let mut heads = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    while let Some(sender) = one(conn, statements::OUTBOX_NEXT_SENDER, params![last], |row| row.get::<_, [u8; 16]>(0))? {
        let mut earliest: Option<i64> = None;
        for class in CLASSES {
            let head: Option<i64> = one(conn, statements::OUTBOX_HEAD, params![sender, class.rank()], |row| row.get(0))?;
            earliest = [earliest, head].into_iter().flatten().min();
        }
        heads.extend(earliest.map(|at| (SenderId::from_bytes(sender), Timestamp::from_millis(at))));
        last = sender.to_vec();
    }
    Ok(heads)
}

pub(crate) fn in_flight(conn: &Connection, older_than: Timestamp, limit: u32) -> Result<Vec<InFlight>, StorageError> {
    let rows = query(conn, statements::IN_FLIGHT, params![older_than.as_millis(), limit], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    rows.into_iter()
        .map(|(since, packed)| {
            let message: Message = doc::read("message", &packed)?;
            Ok(InFlight { message, since: Timestamp::from_millis(since) })
        })
        .collect()
}
