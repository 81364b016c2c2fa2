//! The schema: numbered files, forward only, with a checksum of each that was applied.

use model::draws::stable_hash;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use storage::{StorageError, StorageErrorKind};

use crate::error::sql;

/// `Antp`: says to SQLite and to `file(1)` whose file this is.
pub(crate) const APPLICATION_ID: i32 = 0x416E_7470;

struct Migration {
    title: &'static str,
    sql: &'static str,
}

macro_rules! migrations {
    ($($title:literal),* $(,)?) => {
        /// In the order of their numbers. A shipped file never changes; a change is a new file.
        const MIGRATIONS: &[Migration] =
            &[$(Migration { title: $title, sql: include_str!(concat!("../migrations/", $title, ".sql")) }),*];
    };
}

migrations![
    "0001_contacts_and_steps",
    "0002_messages_and_decisions",
    "0003_runs_and_counters",
    "0004_documents_deliveries_audit",
    "0005_recipients",
    "0006_hashes",
    "0007_room",
    "0008_recent",
];

const CREATE_LIST: &str =
    "CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, title TEXT NOT NULL, checksum TEXT NOT NULL) STRICT";
const APPLIED: &str = "SELECT title, checksum FROM schema_migration WHERE number = ?1";
const RECORD: &str = "INSERT INTO schema_migration (number, title, checksum) VALUES (?1, ?2, ?3)";

fn checksum(migration: &Migration) -> String {
    format!("{:016x}", stable_hash(&[migration.title.as_bytes(), migration.sql.as_bytes()]))
}

/// How a file relates to this program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    Empty,
    /// Ours, with this many migrations applied.
    Ours(usize),
}

fn incompatible(text: String) -> StorageError {
    StorageError::new(StorageErrorKind::Incompatible, text)
}

/// Looks without touching, so that a foreign or newer file stays as it is.
pub(crate) fn inspect(conn: &Connection) -> Result<Found, StorageError> {
    let read = sql("the database's header cannot be read");
    let application: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(&read)?;
    let version: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(&read)?;
    let version = version as usize;
    let objects: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(&read)?;
    if application != APPLICATION_ID {
        if application == 0 && version == 0 && objects == 0 {
            return Ok(Found::Empty);
        }
        return Err(incompatible("this database belongs to another program; give another path".to_owned()));
    }
    if version > MIGRATIONS.len() {
        return Err(incompatible(format!(
            "this database has schema {version} and was made by a newer version, this one knows schema {}; run the newer version, or restore an older backup",
            MIGRATIONS.len()
        )));
    }
    for (number, migration) in (1..).zip(&MIGRATIONS[..version]) {
        let applied: Option<(String, String)> =
            conn.query_row(APPLIED, [number], |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(&read)?;
        if applied != Some((migration.title.to_owned(), checksum(migration))) {
            return Err(incompatible(format!(
                "migration {number} of this database is not the one that this version knows as {}; it was made by a development version",
                migration.title
            )));
        }
    }
    Ok(Found::Ours(version))
}

/// Applies what is missing, each file in a transaction of its own.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), StorageError> {
    let done = match inspect(conn)? {
        Found::Empty => 0,
        Found::Ours(version) => version,
    };
    for (number, migration) in (1usize..).zip(MIGRATIONS).skip(done) {
        let run = sql("the database cannot be migrated");
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&run)?;
        tx.execute_batch(CREATE_LIST).map_err(&run)?;
        tx.execute_batch(migration.sql).map_err(&run)?;
        tx.execute(RECORD, params![number as i64, migration.title, checksum(migration)]).map_err(&run)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(&run)?;
        tx.pragma_update(None, "user_version", number as i64).map_err(&run)?;
        tx.commit().map_err(&run)?;
    }
    Ok(())
}

/// For readers, which must not migrate.
pub(crate) fn require_current(conn: &Connection) -> Result<(), StorageError> {
    match inspect(conn)? {
        Found::Ours(version) if version == MIGRATIONS.len() => Ok(()),
        Found::Ours(version) => Err(incompatible(format!(
            "this database has schema {version}, this version reads schema {}; start the server once to migrate it",
            MIGRATIONS.len()
        ))),
        Found::Empty => Err(incompatible("this database is empty; start the server once to create it".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn).unwrap();
        conn
    }

    #[test]
    fn a_second_run_changes_nothing() {
        let mut conn = fresh();
        migrate(&mut conn).unwrap();
        assert_eq!(inspect(&conn).unwrap(), Found::Ours(MIGRATIONS.len()));
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let conn = fresh();
        conn.pragma_update(None, "user_version", 99).unwrap();
        let error = inspect(&conn).unwrap_err();
        assert_eq!(error.kind, StorageErrorKind::Incompatible);
        assert!(error.context.contains("schema 99"), "{error}");
    }

    #[test]
    fn a_foreign_file_is_refused() {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE note (text TEXT)").unwrap();
        assert_eq!(migrate(&mut conn).unwrap_err().kind, StorageErrorKind::Incompatible);
    }

    #[test]
    fn a_changed_migration_is_noticed() {
        let conn = fresh();
        conn.execute("UPDATE schema_migration SET checksum = 'x' WHERE number = 2", []).unwrap();
        let error = inspect(&conn).unwrap_err();
        assert!(error.context.contains("0002_"), "{error}");
    }

    #[test]
    fn keys_and_ids_of_older_stores_lead_where_they_led() {
        use crate::hashes::Index;
        use crate::rows;

        let conn = Connection::open_in_memory().unwrap();
        for migration in &MIGRATIONS[..5] {
            conn.execute_batch(migration.sql).unwrap();
        }
        let (step, held) = (rows::dedupe(1, "first"), rows::dedupe(1, "held"));
        let put = "INSERT INTO dedupe (key, step, fingerprint) VALUES (?1, ?2, ?3)";
        conn.execute(put, params![step.to_be_bytes(), (1_i64 << 40) + 3, None::<i64>]).unwrap();
        conn.execute(put, params![held.to_be_bytes(), None::<i64>, 77]).unwrap();
        let id = rows::provider(1, model::Channel::Sms, "SM1");
        let message =
            "INSERT INTO message (n, contact, prev, id, direction, status, provider, doc) VALUES (?1, 1, 0, x'01', 1, 3, ?2, x'')";
        conn.execute(message, params![(1_i64 << 40) + 9, ((id >> 64) as u64).cast_signed()]).unwrap();
        conn.execute(message, params![(1_i64 << 40) + 10, None::<i64>]).unwrap();
        conn.execute_batch(MIGRATIONS[5].sql).unwrap();
        let index = Index::load(&conn).unwrap();
        assert_eq!(index.find(&conn, step).unwrap(), [(1 << 40) + 3]);
        assert_eq!(index.find(&conn, held).unwrap(), [rows::HELD]);
        assert_eq!(index.find(&conn, id).unwrap(), [(1 << 40) + 9]);
        let fingerprint: i64 =
            conn.query_row("SELECT fingerprint FROM held_key WHERE key = ?1", [held.to_be_bytes()], |row| row.get(0)).unwrap();
        assert_eq!(fingerprint, 77);
    }

    #[test]
    fn conversations_of_older_stores_stay_in_their_stretches() {
        let conn = Connection::open_in_memory().unwrap();
        for migration in &MIGRATIONS[..7] {
            conn.execute_batch(migration.sql).unwrap();
        }
        let at: i64 = 1_790_000_000_123;
        let put = "INSERT INTO contact (n, ws, id, last_step, last_message, last_decision, last_run, thread, recent, state)
             VALUES (?1, 1, ?2, 0, 0, 0, 0, ?3, ?4, x'')";
        for (n, thread, recent) in [(1_u8, Some([1_u8]), Some(at >> 20)), (2, Some([77]), Some((at >> 20) - 1)), (3, None, None)] {
            conn.execute(put, params![n, [n], thread, recent]).unwrap();
        }
        conn.execute_batch(MIGRATIONS[7].sql).unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let mut rows = conn.prepare("SELECT thread, recent FROM contact ORDER BY n").unwrap();
        let found: Vec<(Option<Vec<u8>>, Option<i64>)> = rows.query_map([], read).unwrap().map(Result::unwrap).collect();
        let (first, last) = crate::writer::stretch(at);
        assert_eq!(found, [(None, Some(first)), (Some(vec![77]), Some(first - (1 << 20))), (None, None)]);
        assert_eq!(last - first, (1 << 20) - 1);
    }
}
