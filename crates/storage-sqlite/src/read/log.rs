//! The signal log, what is parked, and figures for administrators.

use model::signal::Signal;
use model::{ContactId, Timestamp};
use rusqlite::{Connection, params};
use storage::{Page, Parked, SignalRecord, StorageError, StoreStats};

use super::{Rows, after, cut, one, query, wanted};
use crate::error::sql;
use crate::logged::Logged;
use crate::sql::{contact, message, signal as statements};
use crate::{doc, json, rows};

pub(crate) fn signals(conn: &Connection, ws: i64, after: u64, limit: u32) -> Result<Vec<SignalRecord>, StorageError> {
    let (first, end) = rows::range(ws);
    // A position beyond what the log can have is simply after its end.
    let after = i64::try_from(after).unwrap_or(i64::MAX).min(end - first) + first;
    let rows = query(conn, statements::SIGNALS, params![after, end, limit], |row| {
        Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?))
    })?;
    rows.into_iter()
        .map(|(n, contact, packed)| {
            let Logged { signal, .. } = doc::read("signal", &packed)?;
            Ok(SignalRecord { seq: rows::place(n), contact: Some(ContactId::from_bytes(contact)), signal })
        })
        .collect()
}

pub(crate) fn parked(conn: &Connection, ws: i64, page: &Page) -> Result<Rows<Parked>, StorageError> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let rows = query(conn, statements::PARKED_LIST, params![ws, after, wanted as i64], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get(3)?, row.get(4)?))
    })?;
    let rows = rows.into_iter().map(|(n, doc, error, parked_at, tries)| {
        let signal: Signal = json::read("signal", &doc)?;
        Ok((Parked { signal, error, parked_at: Timestamp::from_millis(parked_at), tries }, n.to_string()))
    });
    Ok(cut(rows.collect::<Result<Vec<_>, StorageError>>()?, wanted))
}

/// What the file can tell; commits and steps are the writer's to add.
pub(crate) fn stats(conn: &Connection) -> Result<StoreStats, StorageError> {
    let count = |statement| one(conn, statement, [], |row| row.get::<_, i64>(0)).map(|n| n.unwrap_or(0).cast_unsigned());
    // Rows are never removed, so the last place is their count.
    let last = |statement, ws| {
        let (first, end) = rows::range(ws);
        one(conn, statement, [first, end], |row| row.get(0)).map(|n| n.map_or(0, rows::place))
    };
    let workspaces = query(conn, contact::WORKSPACE_NUMBERS, [], |row| row.get::<_, i64>(0))?;
    let sum = |statement| workspaces.iter().try_fold(0, |sum, ws| last(statement, *ws).map(|n| sum + n));
    let pragma = |name| {
        conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map(i64::cast_unsigned).map_err(sql("the size cannot be read"))
    };
    Ok(StoreStats {
        contacts: last(statements::LAST_CONTACT, 0)?,
        signals: sum(statements::LAST_STEP)?,
        messages: sum(message::LAST_MESSAGE)?,
        parked: count(statements::PARKED_COUNT)?,
        unresolved: count(statements::ORPHAN_COUNT)?,
        bytes: pragma("page_count")? * pragma("page_size")?,
        commits: 0,
        steps: 0,
    })
}
