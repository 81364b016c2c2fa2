//! Journey runs and counters.

use model::RunId;
use model::change::{RunRow, RunStatus};
use rusqlite::{Connection, Row, params};
use storage::{Counter, Page, RunFilter, StorageError, StorageErrorKind};

use super::{READING, Rows, after, chain_page, cut, fill, heads, query, wanted};
use crate::error::sql;
use crate::sql::run as statements;
use crate::{doc, rows};

/// By the columns number (or the one before), id, document, and the documents of the contact's runs that are under way.
fn read(row: &Row<'_>) -> Result<RunRow, StorageError> {
    let failed = sql(READING);
    if let Some(packed) = row.get::<_, Option<Vec<u8>>>(2).map_err(&failed)? {
        return doc::read("run", &packed);
    }
    let id = RunId::from_bytes(row.get(1).map_err(&failed)?);
    let active: Vec<RunRow> = match row.get::<_, Option<Vec<u8>>>(3).map_err(&failed)? {
        Some(packed) => doc::read("list of runs", &packed)?,
        None => Vec::new(),
    };
    let found = active.into_iter().find(|run| run.id == id);
    found.ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, format!("run {id} is under way and not in its contact's row")))
}

pub(crate) fn get(conn: &Connection, ws: i64, id: RunId) -> Result<Option<RunRow>, StorageError> {
    let (first, end) = rows::range(ws);
    Ok(fill(conn, statements::RUN, params![id.to_bytes(), first, end], 1, |row| read(row).map(Some))?.pop())
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &RunFilter, page: &Page) -> Result<Rows<RunRow>, StorageError> {
    let fits = |row: &RunRow| {
        filter.journey.as_ref().is_none_or(|journey| row.journey == *journey)
            && filter.version.as_ref().is_none_or(|version| row.version == *version)
            && filter.contact.is_none_or(|contact| row.contact == contact)
            && filter.status.is_none_or(|status| row.status == status)
            && filter.step.as_ref().is_none_or(|step| row.step == *step)
    };
    if let Some(contact) = filter.contact {
        let head = heads(conn, ws, contact)?.unwrap_or_default().run;
        return chain_page(conn, statements::RUN_AT, head, page, |row| read(row).map(|item| Some(item).filter(fits)));
    }
    let statement = match (&filter.journey, filter.status) {
        (Some(_), Some(RunStatus::Active)) => statements::RUNS_ACTIVE,
        (Some(_), _) => statements::RUNS_OF_JOURNEY,
        (None, _) => statements::RUNS,
    };
    let (first, end) = rows::range(ws);
    let wanted = wanted(page);
    let rows = fill(conn, statement, params![filter.journey, first, after(page, end)?], wanted, |row| {
        let n: i64 = row.get(0).map_err(sql(READING))?;
        read(row).map(|item| Some(item).filter(fits).map(|item| (item, n.to_string())))
    })?;
    Ok(cut(rows, wanted))
}

pub(crate) fn counters(conn: &Connection, ws: i64, scope: &str) -> Result<Vec<Counter>, StorageError> {
    query(conn, statements::COUNTERS, params![ws, scope], |row| {
        Ok(Counter { scope: row.get(0)?, key: row.get(1)?, name: row.get(2)?, value: row.get(3)? })
    })
}
