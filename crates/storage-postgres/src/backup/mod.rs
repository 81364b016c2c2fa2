//! A copy of the whole store in one file, while everything goes on: every table as the server's own binary copy gives it, in one snapshot.
//!
//! Large installations do better with the server's own tools (docs/postgresql.md); this is for carrying a store away, or into another server.

mod file;
mod restore;
mod tables;

use std::path::Path;

use futures_util::StreamExt as _;
use storage::{StorageError, StorageErrorKind};

use crate::error::{Failure, sql};
use crate::link::Link;
use crate::pool::Pool;
use crate::query::queries;
use file::Output;
pub use restore::restore;
use tables::{SEQUENCES, TABLES};

const COPYING: &str = "the backup cannot be written";
/// One moment for all tables.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

queries! {
    SCHEMA() = "SELECT count(*)::int8 FROM schema_migration";
}

/// Copies the store to a file that becomes visible under its name only when it is whole. Progress is told in tables.
pub(crate) async fn backup(pool: &Pool, to: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<(), StorageError> {
    if to.exists() {
        let text = format!("{} exists already; a backup replaces nothing", to.display());
        return Err(StorageError::new(StorageErrorKind::Invalid, text));
    }
    let mut output = Output::create(to).await?;
    let lent = pool.lend().await?;
    let outcome = lent.transaction(SNAPSHOT, async |link| copy(link, &mut output, progress).await).await;
    match outcome {
        Ok(()) => output.finish(to).await,
        Err(failure) => {
            output.remove().await;
            Err(failure.error)
        }
    }
}

async fn copy(link: &Link, output: &mut Output, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<(), Failure> {
    let failed = sql(COPYING);
    let schema = link.one(&SCHEMA, &[]).await.map_err(&failed)?.map_or(0, |row| row.get::<_, i64>(0));
    output.number(schema).await?;
    for name in SEQUENCES {
        let row = link.client().query_one(&format!("SELECT last_value FROM {name}"), &[]).await.map_err(&failed)?;
        output.number(row.get(0)).await?;
    }
    let total = TABLES.len() as u64;
    for (done, table) in (1..).zip(TABLES) {
        let statement = format!("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT binary)", table.columns, table.name);
        let stream = link.client().copy_out(&statement).await.map_err(&failed)?;
        let mut stream = std::pin::pin!(stream);
        while let Some(part) = stream.next().await {
            output.part(&part.map_err(&failed)?).await?;
        }
        output.end_of_table().await?;
        progress(done, total);
    }
    Ok(())
}
