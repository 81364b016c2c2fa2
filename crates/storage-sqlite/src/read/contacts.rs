//! Contacts: state, profile, addresses, wakes.

use model::change::ContactRow;
use model::{AddressKey, ContactId, Timestamp, WorkspaceId};
use rusqlite::{Connection, Row, params};
use storage::{ContactFilter, Page, StorageError};

use super::{Rows, after, cut, one, query, wanted};
use crate::json;
use crate::sql::contact as statements;

pub(crate) fn row_number(conn: &Connection, ws: i64, id: ContactId) -> Result<Option<i64>, StorageError> {
    one(conn, statements::CONTACT_BY_ID, params![ws, id.to_bytes()], |row| row.get(0))
}

pub(crate) fn state(conn: &Connection, ws: i64, id: ContactId) -> Result<Option<Vec<u8>>, StorageError> {
    one(conn, statements::CONTACT_STATE, params![ws, id.to_bytes()], |row| row.get(0))
}

pub(crate) fn find(conn: &Connection, ws: i64, keys: &[AddressKey]) -> Result<Option<ContactId>, StorageError> {
    for key in keys {
        let found = one(conn, statements::ADDRESS_CONTACT, params![ws, key.kind.as_str(), key.value], |row| row.get(0))?;
        if let Some(id) = found {
            return Ok(Some(ContactId::from_bytes(id)));
        }
    }
    Ok(None)
}

fn profile(row: &Row<'_>) -> rusqlite::Result<(ContactRow, String)> {
    let place: i64 = row.get(0)?;
    let profile = ContactRow {
        id: ContactId::from_bytes(row.get(1)?),
        name: row.get(2)?,
        locale: row.get(3)?,
        created_at: Timestamp::from_millis(row.get(4)?),
        last_seen_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_millis),
        search: row.get(6)?,
    };
    Ok((profile, place.to_string()))
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &ContactFilter, page: &Page) -> Result<Rows<ContactRow>, StorageError> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let patterns = json::patterns(filter.search.as_deref())?;
    let rows = match &filter.address {
        Some(key) => {
            let values = params![ws, after, patterns, wanted as i64, key.kind.as_str(), key.value];
            query(conn, statements::PROFILE_OF_ADDRESS, values, profile)?
        }
        None => query(conn, statements::PROFILES, params![ws, after, patterns, wanted as i64], profile)?,
    };
    Ok(cut(rows, wanted))
}

/// Those of the contacts that are due, by their own rows: a step may have moved one since the queue was asked.
pub(crate) fn due(conn: &Connection, contacts: &[i64], now: Timestamp) -> Result<Vec<(WorkspaceId, ContactId, Timestamp)>, StorageError> {
    let mut due = Vec::new();
    for n in contacts {
        let found = one(conn, statements::CONTACT_DUE, [n], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?)))?;
        if let Some((ws, id, Some(at))) = found
            && at <= now.as_millis()
        {
            due.push((WorkspaceId::from_bytes(ws), ContactId::from_bytes(id), Timestamp::from_millis(at)));
        }
    }
    Ok(due)
}
