//! Connections, with the settings that durability and memory rest on.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use storage::{StorageError, StorageErrorKind};

use crate::error::sql;
use crate::migrate;
use crate::options::Options;

const OPENING: &str = "the database cannot be opened";

/// The one connection that writes. Refuses files that are not ours before it changes anything in them.
pub(crate) fn writer(path: &Path, options: &Options) -> Result<Connection, StorageError> {
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let run = sql(OPENING);
    migrate::inspect(&conn)?;
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)).map_err(&run)?;
    if mode != "wal" {
        return Err(StorageError::new(
            StorageErrorKind::Unavailable,
            format!("the file system of {} does not allow shared memory, which the store's log needs; use a local disk", path.display()),
        ));
    }
    // FULL: the log is synced at every commit, so that what was answered survives a loss of power.
    conn.pragma_update(None, "synchronous", "FULL").map_err(&run)?;
    conn.pragma_update(None, "fullfsync", true).map_err(&run)?;
    conn.pragma_update(None, "checkpoint_fullfsync", true).map_err(&run)?;
    conn.pragma_update(None, "wal_autocheckpoint", options.checkpoint_pages).map_err(&run)?;
    // A log that a long read once let grow shrinks again.
    conn.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024).map_err(&run)?;
    conn.pragma_update(None, "cache_size", -i64::from(options.writer_cache_kib)).map_err(&run)?;
    // One writer keeps references right by itself; checks would cost a lookup a row.
    conn.pragma_update(None, "foreign_keys", false).map_err(&run)?;
    conn.pragma_update(None, "cell_size_check", true).map_err(&run)?;
    migrate::migrate(&mut conn)?;
    if let Some(pages) = options.max_pages {
        limit_pages(&conn, pages)?;
    }
    Ok(conn)
}

/// 0 stands for no limit of ours; the engine's own is 16 TiB.
pub(crate) fn limit_pages(conn: &Connection, pages: u32) -> Result<(), StorageError> {
    let pages = if pages == 0 { 4_294_967_294 } else { i64::from(pages) };
    conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).map_err(sql("the size limit cannot be set"))
}

/// A connection that cannot write, whatever it is told.
pub(crate) fn reader(path: &Path, options: &Options) -> Result<Connection, StorageError> {
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.pragma_update(None, "cache_size", -i64::from(options.reader_cache_kib)).map_err(sql(OPENING))?;
    Ok(conn)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StorageError> {
    let run = sql(OPENING);
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(&run)?;
    conn.busy_timeout(std::time::Duration::from_secs(5)).map_err(&run)?;
    conn.pragma_update(None, "temp_store", "MEMORY").map_err(&run)?;
    conn.pragma_update(None, "trusted_schema", false).map_err(&run)?;
    // Every statement names its index. Without this, one with a bound LIMIT is planned anew whenever the limit changes.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(&run)?;
    conn.set_prepared_statement_cache_capacity(96);
    Ok(conn)
}
