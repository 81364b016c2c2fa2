//! The read half, by subject.

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

use serde::de::DeserializeOwned;
use storage::{Page, Paged, StorageError, StorageErrorKind};
use tokio_postgres::Row;

use crate::link::Value;
use crate::pool::Pool;
use crate::query::Query;
use crate::{doc as packed, json};

/// More than anybody looks at; a larger wish gets pages of this size.
const MAX_PAGE: u32 = 10_000;

type Answer<T> = Result<T, StorageError>;

pub(crate) const fn empty<T>() -> Paged<T> {
    Paged { items: Vec::new(), next: None }
}

/// How many rows a page asks for: one more than it shows, to know whether there is a next.
fn wanted(page: &Page) -> i64 {
    i64::from(page.limit.clamp(1, MAX_PAGE)) + 1
}

/// The row number that a page begins after, or `start` for the first.
fn after(page: &Page, start: i64) -> Answer<i64> {
    page.after.as_ref().map_or(Ok(start), |text| text.parse().map_err(|_| bad_cursor(text)))
}

fn bad_cursor(text: &str) -> StorageError {
    StorageError::new(StorageErrorKind::Invalid, format!("`{text}` is not a place in this list"))
}

/// Cuts the extra row off and names the place of the last one shown.
fn cut<T>(mut rows: Vec<(T, String)>, wanted: i64) -> Paged<T> {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let more = rows.len() >= wanted;
    rows.truncate(wanted - 1);
    let next = if more { rows.last().map(|(_, place)| place.clone()) } else { None };
    Paged { items: rows.into_iter().map(|(item, _)| item).collect(), next }
}

/// One packed document.
async fn doc<T: DeserializeOwned>(pool: &Pool, what: &str, query: &'static Query, values: &[Value<'_>]) -> Answer<Option<T>> {
    pool.one(query, values).await?.map(|row| packed::read(what, row.get(0))).transpose()
}

/// A page of rows `(place, packed document)`.
async fn packed_page<T: DeserializeOwned>(
    pool: &Pool,
    what: &str,
    query: &'static Query,
    values: &[Value<'_>],
    wanted: i64,
) -> Answer<Paged<T>> {
    let place = |row: &Row| Ok((packed::read(what, row.get(1))?, row.get::<_, i64>(0).to_string()));
    Ok(cut(pool.query(query, values).await?.iter().map(place).collect::<Answer<Vec<_>>>()?, wanted))
}

/// A page of rows `(place, document as text)`.
async fn page_of<T: DeserializeOwned>(
    pool: &Pool,
    what: &str,
    query: &'static Query,
    values: &[Value<'_>],
    wanted: i64,
) -> Answer<Paged<T>> {
    let place = |row: &Row| Ok((json::read(what, row.get(1))?, row.get::<_, i64>(0).to_string()));
    Ok(cut(pool.query(query, values).await?.iter().map(place).collect::<Answer<Vec<_>>>()?, wanted))
}
