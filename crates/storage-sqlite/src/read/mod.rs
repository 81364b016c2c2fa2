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

use model::ContactId;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use serde::de::DeserializeOwned;
use storage::{Page, Paged, StorageError, StorageErrorKind};

use crate::error::sql;
use crate::sql::contact as statements;
use crate::{doc as packed, json};

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

/// Reads on until a page is full. `row` answers nothing for what the filter leaves out.
fn fill<T>(
    conn: &Connection,
    statement: &'static str,
    values: impl Params,
    wanted: usize,
    mut row: impl FnMut(&Row<'_>) -> Result<Option<T>, StorageError>,
) -> Result<Vec<T>, StorageError> {
    let failed = sql(READING);
    let mut find = conn.prepare_cached(statement).map_err(&failed)?;
    let mut rows = find.query(values).map_err(&failed)?;
    let mut found = Vec::new();
    while found.len() < wanted
        && let Some(next) = rows.next().map_err(&failed)?
    {
        found.extend(row(next)?);
    }
    Ok(found)
}

/// A page of a range of rows `(number, packed document)`, newest first.
fn range_page<T: DeserializeOwned>(
    conn: &Connection,
    what: &str,
    statement: &'static str,
    values: impl Params,
    wanted: usize,
    fits: impl Fn(&T) -> bool,
) -> Result<Rows<T>, StorageError> {
    let failed = sql(READING);
    let rows = fill(conn, statement, values, wanted, |row| {
        let item: T = packed::read(what, &row.get::<_, Vec<u8>>(1).map_err(&failed)?)?;
        let n: i64 = row.get(0).map_err(&failed)?;
        Ok(fits(&item).then(|| (item, n.to_string())))
    })?;
    Ok(cut(rows, wanted))
}

/// Where a contact's chains begin.
#[derive(Clone, Copy, Default)]
pub(crate) struct Heads {
    step: i64,
    message: i64,
    decision: i64,
    run: i64,
}

fn heads(conn: &Connection, ws: i64, contact: ContactId) -> Result<Option<Heads>, StorageError> {
    one(conn, statements::CONTACT_HEADS, params![ws, contact.to_bytes()], |row| {
        Ok(Heads { step: row.get(0)?, message: row.get(1)?, decision: row.get(2)?, run: row.get(3)? })
    })
}

/// Walks a chain from its head, newest first, until a page is full. `statement` gives the row before and what `link` reads.
fn chain_page<T>(
    conn: &Connection,
    statement: &'static str,
    head: i64,
    page: &Page,
    mut link: impl FnMut(&Row<'_>) -> Result<Option<T>, StorageError>,
) -> Result<Rows<T>, StorageError> {
    let (failed, wanted) = (sql(READING), wanted(page));
    let mut find = conn.prepare_cached(statement).map_err(&failed)?;
    // A page begins after a row, so that row's predecessor is the first; a cursor of another chain ends where that chain ends.
    let mut n = match after(page, 0)? {
        0 => head,
        last => find.query_row([last], |row| row.get(0)).optional().map_err(&failed)?.unwrap_or(0),
    };
    let mut found = Vec::new();
    while n != 0 && found.len() < wanted {
        let mut rows = find.query([n]).map_err(&failed)?;
        let Some(row) = rows.next().map_err(&failed)? else {
            return Err(StorageError::new(StorageErrorKind::Corrupt, "a row names one before it that is not there"));
        };
        found.extend(link(row)?.map(|item| (item, n.to_string())));
        n = row.get(0).map_err(&failed)?;
    }
    Ok(cut(found, wanted))
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
