//! What a move to another store needs beside the lists.

use model::signal::Signal;
use model::{ContactId, SignalId};
use rusqlite::Connection;
use storage::{Inventory, KnownReply, StorageError};

use super::{one, query};
use crate::logged::Logged;
use crate::sql::{document, hash, run, signal};
use crate::store::Hashes;
use crate::{doc, json, rows};

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

pub(crate) fn known_reply(conn: &Connection, hashes: &Hashes, ws: i64, key: &str) -> Result<Option<KnownReply>, StorageError> {
    let hash = rows::dedupe(ws, key);
    let Some(step) = hashes.find(conn, hash)?.into_iter().max() else { return Ok(None) };
    if step == rows::HELD {
        let fingerprint = one(conn, hash::HELD_KEY, [hash.to_be_bytes()], |row| row.get::<_, Option<i64>>(0))?.flatten();
        let fingerprint = fingerprint.map(i64::cast_unsigned);
        return Ok(Some(KnownReply { contact: None, fingerprint, reply: serde_json::Value::Null }));
    }
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?));
    let Some((contact, packed)) = one(conn, signal::STEP, [step], row)? else { return Ok(None) };
    let Logged { signal, reply } = doc::read("step", &packed)?;
    if signal.dedupe_key.as_deref() != Some(key) {
        return Ok(None);
    }
    Ok(Some(KnownReply { contact: Some(ContactId::from_bytes(contact)), fingerprint: signal.fingerprint, reply }))
}
