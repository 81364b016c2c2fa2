//! Journey runs and counters.

use model::RunId;
use model::change::{RunRow, RunStatus};
use rusqlite::{Connection, params};
use storage::{Counter, Page, RunFilter, StorageError};

use super::{Rows, after, contacts, doc, page_of, query, wanted};
use crate::json;
use crate::sql::run as statements;

pub(crate) fn get(conn: &Connection, ws: i64, id: RunId) -> Result<Option<RunRow>, StorageError> {
    doc(conn, "run", statements::RUN, params![ws, id.to_bytes()])
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &RunFilter, page: &Page) -> Result<Rows<RunRow>, StorageError> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let contact = match filter.contact {
        Some(id) => match contacts::row_number(conn, ws, id)? {
            None => return Ok(Rows::default()),
            known => known,
        },
        None => None,
    };
    let statement = match (contact, &filter.journey, filter.status) {
        (Some(_), _, _) => statements::RUNS_OF_CONTACT,
        (None, Some(_), Some(RunStatus::Active)) => statements::RUNS_ACTIVE,
        (None, Some(_), _) => statements::RUNS_OF_JOURNEY,
        (None, None, _) => statements::RUNS,
    };
    let status = filter.status.as_ref().map(json::name).transpose()?;
    let values = params![ws, after, filter.journey, filter.version, contact, status, filter.step, wanted as i64];
    page_of(conn, "run", statement, values, wanted)
}

pub(crate) fn counters(conn: &Connection, ws: i64, scope: &str) -> Result<Vec<Counter>, StorageError> {
    query(conn, statements::COUNTERS, params![ws, scope], |row| {
        Ok(Counter { scope: row.get(0)?, key: row.get(1)?, name: row.get(2)?, value: row.get(3)? })
    })
}
