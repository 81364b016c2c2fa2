//! Documents, read and written: each in one statement.

use model::{Timestamp, WorkspaceId};
use serde_json::Value;
use storage::{DocumentMark, Page, Paged, StorageError, StorageErrorKind, Stored};
use tokio_postgres::Row;

use super::{Answer, cut, wanted};
use crate::json;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::Uid;

/// With the change, the workspace's revision: what other nodes decide by is out of date.
macro_rules! counted {
    ($change:literal) => {
        concat!(
            "WITH changed AS (",
            $change,
            " RETURNING 1) INSERT INTO catalogue_revision (ws, revision) SELECT $1, 1 FROM changed
              ON CONFLICT (ws) DO UPDATE SET revision = catalogue_revision.revision + 1"
        )
    };
}

/// Which document, and whether decisions depend on it.
#[derive(Clone, Copy)]
pub(crate) struct Name<'n> {
    pub(crate) kind: &'n str,
    pub(crate) id: &'n str,
    pub(crate) decides: bool,
}

queries! {
    GET(INT4, TEXT, TEXT) = "SELECT id, version, updated_at, doc FROM document WHERE ws = $1 AND kind = $2 AND id = $3";
    LIST(INT4, TEXT, TEXT, INT8) =
        "SELECT id, version, updated_at, doc FROM document WHERE ws = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4";
    MARKS(INT4, TEXT_ARRAY) = "SELECT kind, id, version, updated_at FROM document WHERE ws = $1 AND kind = ANY ($2) ORDER BY kind, id";
    CREATE(INT4, TEXT, TEXT, INT8, TEXT) =
        "INSERT INTO document (ws, kind, id, version, updated_at, doc) VALUES ($1, $2, $3, 1, $4, $5) ON CONFLICT DO NOTHING";
    REPLACE(INT4, TEXT, TEXT, INT8, TEXT, INT8) =
        "UPDATE document SET version = version + 1, updated_at = $4, doc = $5 WHERE ws = $1 AND kind = $2 AND id = $3 AND version = $6";
    DELETE(INT4, TEXT, TEXT) = "DELETE FROM document WHERE ws = $1 AND kind = $2 AND id = $3";
    /// The same where decisions depend on it.
    CREATE_AND_COUNT(INT4, TEXT, TEXT, INT8, TEXT) =
        counted!("INSERT INTO document (ws, kind, id, version, updated_at, doc) VALUES ($1, $2, $3, 1, $4, $5) ON CONFLICT DO NOTHING");
    REPLACE_AND_COUNT(INT4, TEXT, TEXT, INT8, TEXT, INT8) =
        counted!("UPDATE document SET version = version + 1, updated_at = $4, doc = $5 WHERE ws = $1 AND kind = $2 AND id = $3 AND version = $6");
    DELETE_AND_COUNT(INT4, TEXT, TEXT) = counted!("DELETE FROM document WHERE ws = $1 AND kind = $2 AND id = $3");
    REVISION(INT4) = "SELECT revision FROM catalogue_revision WHERE ws = $1";
    WORKSPACES() = "SELECT id FROM workspace WHERE EXISTS (SELECT 1 FROM document WHERE document.ws = workspace.n) ORDER BY id";
}

fn stored(row: &Row) -> Answer<Stored<Value>> {
    Ok(Stored {
        id: row.get(0),
        version: row.get::<_, i64>(1).cast_unsigned(),
        updated_at: Timestamp::from_millis(row.get(2)),
        value: json::read("document", row.get(3))?,
    })
}

pub(crate) async fn get(pool: &Pool, ws: i32, kind: &str, id: &str) -> Answer<Option<Stored<Value>>> {
    pool.one(&GET, &[&ws, &kind, &id]).await?.as_ref().map(stored).transpose()
}

pub(crate) async fn list(pool: &Pool, ws: i32, kind: &str, page: &Page) -> Answer<Paged<Stored<Value>>> {
    let wanted = wanted(page);
    // Ids are not empty, so every one comes after the empty text.
    let rows = pool.query(&LIST, &[&ws, &kind, &page.after.as_deref().unwrap_or_default(), &wanted]).await?;
    let rows = rows.iter().map(|row| stored(row).map(|document| (document, row.get(0))));
    Ok(cut(rows.collect::<Result<Vec<_>, StorageError>>()?, wanted))
}

pub(crate) async fn marks(pool: &Pool, ws: i32, kinds: &[&str]) -> Answer<Vec<DocumentMark>> {
    let rows = pool.query(&MARKS, &[&ws, &kinds]).await?;
    let mark = |row: &Row| DocumentMark {
        kind: row.get(0),
        id: row.get(1),
        version: row.get::<_, i64>(2).cast_unsigned(),
        updated_at: Timestamp::from_millis(row.get(3)),
    };
    Ok(rows.iter().map(mark).collect())
}

pub(crate) async fn workspaces(pool: &Pool) -> Answer<Vec<WorkspaceId>> {
    Ok(pool.query(&WORKSPACES, &[]).await?.iter().map(|row| WorkspaceId::from_bytes(row.get::<_, Uid>(0).0)).collect())
}

pub(crate) async fn put(pool: &Pool, ws: i32, name: Name<'_>, expected: u64, value: &Value, at: Timestamp) -> Answer<u64> {
    let Name { kind, id, decides } = name;
    let (doc, at) = (json::write("a document", value)?, at.as_millis());
    let (create, replace) = if decides { (&CREATE_AND_COUNT, &REPLACE_AND_COUNT) } else { (&CREATE, &REPLACE) };
    let rows = match i64::try_from(expected) {
        Ok(0) => pool.execute(create, &[&ws, &kind, &id, &at, &doc]).await?,
        Ok(version) => pool.execute(replace, &[&ws, &kind, &id, &at, &doc, &version]).await?,
        Err(_) => 0,
    };
    if rows > 0 {
        return Ok(expected + 1);
    }
    let there = get(pool, ws, kind, id).await?.map_or(0, |stored| stored.version);
    let text = match (expected, there) {
        (0, _) => format!("{kind} `{id}` exists already (version {there})"),
        (_, 0) => format!("{kind} `{id}` does not exist, version {expected} was expected"),
        _ => format!("{kind} `{id}` is at version {there}, version {expected} was expected"),
    };
    Err(StorageError::new(StorageErrorKind::Conflict, text))
}

pub(crate) async fn delete(pool: &Pool, ws: i32, name: Name<'_>) -> Answer<bool> {
    let delete = if name.decides { &DELETE_AND_COUNT } else { &DELETE };
    Ok(pool.execute(delete, &[&ws, &name.kind, &name.id]).await? > 0)
}

pub(crate) async fn revision(pool: &Pool, ws: i32) -> Answer<u64> {
    Ok(pool.one(&REVISION, &[&ws]).await?.map_or(0, |row| row.get::<_, i64>(0).cast_unsigned()))
}
