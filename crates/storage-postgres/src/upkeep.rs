//! What the store does by itself now and then: fold counters, make next month's partitions, and bring signals to messages that were
//! committed at the same moment.

use std::sync::{Arc, Weak};
use std::time::Duration;

use storage::StorageError;

use crate::error::described;
use crate::partitions;
use crate::pool::Pool;
use crate::query::queries;
use crate::writer::Writer;

const TICK: Duration = Duration::from_secs(1);
/// Partitions are looked after once in so many ticks.
const PARTITIONS: u32 = 3_600;
/// Counters are folded once in so many ticks.
const FOLD: u32 = 3;
/// Marks of commits are forgotten once in so many ticks.
const MARKS: u32 = 60;
/// Rows that are folded in one transaction.
const FOLD_ROWS: i64 = 20_000;
/// Signals that one look finds a message for.
const LATE: i64 = 100;

queries! {
    /// Sums move from one table to the other in one statement, so a reader of both counts nothing twice. Rows that another node folds are
    /// passed over.
    FOLD_COUNTERS(INT8) = "WITH taken AS (SELECT ctid FROM counter_delta LIMIT $1 FOR UPDATE SKIP LOCKED),
        gone AS (DELETE FROM counter_delta WHERE ctid = ANY (ARRAY(SELECT ctid FROM taken)) RETURNING ws, scope, key, name, by)
        INSERT INTO counter (ws, scope, key, name, value) SELECT ws, scope, key, name, sum(by)::int8 FROM gone
        GROUP BY ws, scope, key, name ORDER BY ws, scope, key, name
        ON CONFLICT (ws, scope, key, name) DO UPDATE SET value = counter.value + excluded.value";
    /// Long after anybody could still ask for it.
    FORGET_MARKS() = "DELETE FROM commit_mark WHERE at < now() - interval '10 minutes'";
    /// A status may be kept aside while another transaction records its message: neither sees the other. They meet here.
    LATE_SIGNALS(INT8) = "SELECT DISTINCT o.ws, o.channel, o.provider_id FROM orphan o
        JOIN provider p ON p.ws = o.ws AND p.channel = o.channel AND p.provider_id = o.provider_id LIMIT $1";
}

/// Runs until the store is gone.
pub(crate) async fn run(writer: Weak<Writer>, pool: Arc<Pool>) {
    let mut ticks: u32 = 0;
    loop {
        tokio::time::sleep(TICK).await;
        ticks = ticks.wrapping_add(1);
        let Some(writer) = writer.upgrade() else { return };
        if let Err(error) = tick(&writer, &pool, ticks).await {
            tracing::debug!("Upkeep comes later: {}", described(&error));
        }
    }
}

async fn tick(writer: &Writer, pool: &Pool, ticks: u32) -> Result<(), StorageError> {
    let rows = pool.query(&LATE_SIGNALS, &[&LATE]).await?;
    if !rows.is_empty() {
        writer.bring_late(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()).await?;
    }
    if ticks.is_multiple_of(FOLD) {
        fold(pool).await?;
    }
    if ticks.is_multiple_of(MARKS) {
        pool.execute(&FORGET_MARKS, &[]).await?;
    }
    if ticks.is_multiple_of(PARTITIONS) {
        partitions::make(pool).await?;
    }
    Ok(())
}

pub(crate) async fn fold(pool: &Pool) -> Result<u64, StorageError> {
    pool.execute(&FOLD_COUNTERS, &[&FOLD_ROWS]).await
}
