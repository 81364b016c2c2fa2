//! The signal log, what is parked, and figures for administrators.

use model::signal::Signal;
use model::{ContactId, Timestamp};
use rusqlite::{Connection, params};
use storage::{Page, Parked, SignalRecord, StorageError, StoreStats};

use super::{Rows, after, cut, one, query, wanted};
use crate::error::sql;
use crate::json;
use crate::sql::signal as statements;

pub(crate) fn signals(conn: &Connection, ws: i64, after: u64, limit: u32) -> Result<Vec<SignalRecord>, StorageError> {
    // A position beyond what the log can have is simply after its end.
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows = query(conn, statements::SIGNALS, params![ws, after, limit], |row| {
        Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, String>(2)?))
    })?;
    rows.into_iter()
        .map(|(seq, contact, doc)| {
            let signal: Signal = json::read("signal", &doc)?;
            Ok(SignalRecord { seq: seq.cast_unsigned(), contact: Some(ContactId::from_bytes(contact)), signal })
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
    let number = |statement| one(conn, statement, [], |row| row.get::<_, i64>(0)).map(|n| n.unwrap_or(0).cast_unsigned());
    let pragma = |name| {
        conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map(i64::cast_unsigned).map_err(sql("the size cannot be read"))
    };
    Ok(StoreStats {
        contacts: number(statements::CONTACT_COUNT)?,
        signals: number(statements::SIGNAL_COUNT)?,
        messages: number(statements::MESSAGE_COUNT)?,
        parked: number(statements::PARKED_COUNT)?,
        unresolved: number(statements::ORPHAN_COUNT)?,
        bytes: pragma("page_count")? * pragma("page_size")?,
        commits: 0,
        steps: 0,
    })
}
