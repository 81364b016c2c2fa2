//! A backup into an empty database.

use std::path::Path;

use bytes::Bytes;
use futures_util::SinkExt as _;
use storage::{StorageError, StorageErrorKind};

use super::SCHEMA;
use super::file::Input;
use super::tables::{SEQUENCES, TABLES};
use crate::error::{Failure, sql};
use crate::link::Link;
use crate::pool::Pool;
use crate::settings::Settings;
use crate::{migrate, partitions, tls};

const RESTORING: &str = "the backup cannot be restored";

/// Fills an empty database with what a backup holds, in one transaction. Refused when the database holds anything, or when the backup is of
/// another version's schema.
pub async fn restore(settings: Settings, from: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<(), StorageError> {
    let mut input = Input::open(from).await?;
    let tls = tls::connector(settings.root.as_deref())?;
    let pool = Pool::new(settings, tls);
    migrate::migrate(&pool).await?;
    partitions::make(&pool).await?;
    let lent = pool.lend().await?;
    Ok(lent.transaction("BEGIN", async |link| copy(link, &mut input, progress).await).await?)
}

async fn copy(link: &Link, input: &mut Input, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<(), Failure> {
    let failed = sql(RESTORING);
    let invalid = |text: &str| Failure::from(StorageError::new(StorageErrorKind::Invalid, text));
    let used = link.client().query_one("SELECT EXISTS (SELECT 1 FROM workspace)", &[]).await.map_err(&failed)?;
    if used.get(0) {
        return Err(invalid("the database is in use already; a backup is restored into an empty one"));
    }
    let schema = link.one(&SCHEMA, &[]).await.map_err(&failed)?.map_or(0, |row| row.get::<_, i64>(0));
    if input.number().await? != schema {
        return Err(invalid("the backup was made by another version; restore it with that version, then start this one"));
    }
    for name in SEQUENCES {
        let value = input.number().await?;
        link.client().query(&format!("SELECT setval('{name}', $1)"), &[&value]).await.map_err(&failed)?;
    }
    let total = TABLES.len() as u64;
    for (done, table) in (1..).zip(TABLES) {
        let statement = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", table.name, table.columns);
        let sink = link.client().copy_in::<_, Bytes>(&statement).await.map_err(&failed)?;
        let mut sink = std::pin::pin!(sink);
        while let Some(part) = input.part().await? {
            sink.send(Bytes::from(part)).await.map_err(&failed)?;
        }
        sink.finish().await.map_err(&failed)?;
        progress(done, total);
    }
    input.end().await?;
    let number = "SELECT setval(pg_get_serial_sequence('workspace', 'n'), greatest((SELECT max(n) FROM workspace), 1))";
    link.run(number).await.map_err(&failed)
}
