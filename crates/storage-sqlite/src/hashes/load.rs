//! The index as the file has it.

use std::sync::Arc;

use rusqlite::Connection;
use storage::StorageError;

use super::block;
use super::index::{Inside, damaged};
use super::run::{Blocks, Run};
use crate::error::sql;
use crate::sql::hash;

/// Whether a run is in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RunState {
    Building,
    Live,
    /// Others have what it has.
    Dead,
}

impl RunState {
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Building => 0,
            Self::Live => 1,
            Self::Dead => 2,
        }
    }
}

type Raw = (i64, u32, i64, Vec<u8>, Vec<u8>);

pub(super) fn inside(conn: &Connection) -> Result<Inside, StorageError> {
    let failed = sql("hashes cannot be read");
    let mut inside = Inside::default();
    let mut runs = conn.prepare_cached(hash::HASH_RUNS).map_err(&failed)?;
    let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Raw> { Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)) };
    for raw in runs.query_map([RunState::Live.number()], row).map_err(&failed)? {
        let (n, level, entries, filter, firsts) = raw.map_err(&failed)?;
        let blocks = Blocks::unpack(&filter, &firsts).ok_or_else(damaged)?;
        inside.runs.push(Arc::new(Run { n, level, entries: usize::try_from(entries).unwrap_or_default(), blocks }));
    }
    let mut log = conn.prepare_cached(hash::HASH_LOG).map_err(&failed)?;
    for bytes in log.query_map([], |row| row.get::<_, Vec<u8>>(0)).map_err(&failed)? {
        inside.add(&block::unpack(&bytes.map_err(&failed)?).ok_or_else(damaged)?);
    }
    Ok(inside)
}
