//! What a move to another store needs beside the lists.

use model::signal::Signal;
use model::{ContactId, SignalId};
use rusqlite::{Connection, params};
use storage::{Inventory, KnownReply, StorageError};

use super::{one, query};
use crate::json;
use crate::sql::{contact, document, run, signal};

pub(crate) fn inventory(conn: &Connection, ws: i64) -> Result<Inventory, StorageError> {
    let mut waiting = query(conn, signal::ORPHANS, [ws], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    waiting.sort_unstable();
    let waiting = waiting.into_iter().map(|(_, doc)| json::read::<Signal>("signal", &doc)).collect::<Result<_, _>>()?;
    Ok(Inventory {
        document_kinds: query(conn, document::DOCUMENT_KINDS, [ws], |row| row.get(0))?,
        counter_scopes: query(conn, run::COUNTER_SCOPES, [ws], |row| row.get(0))?,
        waiting,
        unreadable: query(conn, signal::PARKED_RAW, [ws], |row| Ok((SignalId::from_bytes(row.get(0)?), row.get(1)?)))?,
    })
}

pub(crate) fn known_reply(conn: &Connection, ws: i64, key: &str) -> Result<Option<KnownReply>, StorageError> {
    let found = one(conn, contact::DEDUPE, params![ws, key], |row| {
        Ok((row.get::<_, Option<i64>>(1)?, row.get::<_, Option<String>>(2)?, row.get::<_, Option<[u8; 16]>>(3)?))
    })?;
    let Some((fingerprint, reply, contact)) = found else { return Ok(None) };
    Ok(Some(KnownReply {
        contact: contact.map(ContactId::from_bytes),
        fingerprint: fingerprint.map(i64::cast_unsigned),
        reply: reply.as_deref().map(|text| json::read("reply", text)).transpose()?.unwrap_or_default(),
    }))
}
