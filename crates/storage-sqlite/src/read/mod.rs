//! The read half, by subject. Every function runs on a reader's connection inside one snapshot.

pub(crate) mod contacts;
pub(crate) mod conversations;
pub(crate) mod decisions;
pub(crate) mod deliveries;
pub(crate) mod documents;
pub(crate) mod inventory;
pub(crate) mod log;
pub(crate) mod messages;
pub(crate) mod outbox;
pub(crate) mod recipients;
pub(crate) mod runs;

use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::de::DeserializeOwned;
use storage::{Page, Paged, StorageError, StorageErrorKind};

use crate::error::sql;
use crate::json;

const READING: &str = "rows cannot be read";

/// More than anybody looks at; a larger wish gets pages of this size.
const MAX_PAGE: u32 = 10_000;

/// Items of one page and where the next begins; the default is the empty page.
pub(crate) type Rows<T> = (Vec<T>, Option<String>);

pub(crate) fn paged<T>((items, next): Rows<T>) -> Paged<T> {
    Paged { items, next }
}

/// How many rows a page asks for: one more than it shows, to know whether there is a next.
fn wanted(page: &Page) -> usize {
    page.limit.clamp(1, MAX_PAGE) as usize + 1
}

/// The row number that a page begins after, or `start` for the first.
fn after(page: &Page, start: i64) -> Result<i64, StorageError> {
    page.after.as_ref().map_or(Ok(start), |text| text.parse().map_err(|_| bad_cursor(text)))
}

fn bad_cursor(text: &str) -> StorageError {
    StorageError::new(StorageErrorKind::Invalid, format!("`{text}` is not a place in this list"))
}

/// Cuts the extra row off and names the place of the last one shown.
fn cut<T>(mut rows: Vec<(T, String)>, wanted: usize) -> Rows<T> {
    let more = rows.len() >= wanted;
    rows.truncate(wanted - 1);
    let next = if more { rows.last().map(|(_, place)| place.clone()) } else { None };
    (rows.into_iter().map(|(item, _)| item).collect(), next)
}

fn query<T>(
    conn: &Connection,
    statement: &'static str,
    values: impl Params,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StorageError> {
    let failed = sql(READING);
    let mut find = conn.prepare_cached(statement).map_err(&failed)?;
    let rows = find.query_map(values, row).map_err(&failed)?;
    rows.collect::<Result<_, _>>().map_err(&failed)
}

fn one<T>(
    conn: &Connection,
    statement: &'static str,
    values: impl Params,
    row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StorageError> {
    let failed = sql(READING);
    conn.prepare_cached(statement).map_err(&failed)?.query_row(values, row).optional().map_err(&failed)
}

/// One document in its own column.
fn doc<T: DeserializeOwned>(
    conn: &Connection,
    what: &str,
    statement: &'static str,
    values: impl Params,
) -> Result<Option<T>, StorageError> {
    one(conn, statement, values, |row| row.get::<_, String>(0))?.map(|text| json::read(what, &text)).transpose()
}

/// A page of rows `(place, document)`.
fn page_of<T: DeserializeOwned>(
    conn: &Connection,
    what: &str,
    statement: &'static str,
    values: impl Params,
    wanted: usize,
) -> Result<Rows<T>, StorageError> {
    let rows = query(conn, statement, values, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let rows = rows.into_iter().map(|(n, text)| Ok((json::read(what, &text)?, n.to_string()))).collect::<Result<Vec<_>, StorageError>>()?;
    Ok(cut(rows, wanted))
}
