//! Documents.

use model::{Timestamp, WorkspaceId};
use rusqlite::{Connection, Row, params};
use serde_json::Value;
use storage::{Page, StorageError, Stored};

use super::{Rows, cut, one, query, wanted};
use crate::json;
use crate::sql::{contact, document as statements};

type Raw = (String, i64, i64, String);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn stored((id, version, updated_at, text): Raw) -> Result<Stored<Value>, StorageError> {
    let value = json::read("document", &text)?;
    Ok(Stored { id, version: version.cast_unsigned(), updated_at: Timestamp::from_millis(updated_at), value })
}

pub(crate) fn get(conn: &Connection, ws: i64, kind: &str, id: &str) -> Result<Option<Stored<Value>>, StorageError> {
    one(conn, statements::DOCUMENT, params![ws, kind, id], raw)?.map(stored).transpose()
}

pub(crate) fn list(conn: &Connection, ws: i64, kind: &str, page: &Page) -> Result<Rows<Stored<Value>>, StorageError> {
    let wanted = wanted(page);
    // Ids are not empty, so every one comes after the empty text.
    let rows = query(conn, statements::DOCUMENTS, params![ws, kind, page.after.as_deref().unwrap_or_default(), wanted as i64], raw)?;
    let rows = rows.into_iter().map(|row| {
        let place = row.0.clone();
        stored(row).map(|document| (document, place))
    });
    Ok(cut(rows.collect::<Result<Vec<_>, _>>()?, wanted))
}

pub(crate) fn workspaces(conn: &Connection) -> Result<Vec<WorkspaceId>, StorageError> {
    query(conn, contact::WORKSPACES, [], |row| row.get(0).map(WorkspaceId::from_bytes))
}
