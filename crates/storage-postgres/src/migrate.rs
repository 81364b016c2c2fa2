//! The schema: numbered files, forward only, with a checksum of each that was applied. Many nodes may start at once: the row of
//! `schema_lock` lets one of them at it, whatever stands between them and the server.

use model::draws::stable_hash;
use storage::{StorageError, StorageErrorKind};

use crate::error::{Failure, Trouble, plain, sql};
use crate::link::Link;
use crate::pool::Pool;
use crate::query::queries;

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

migrations!["0001_schema"];

/// Two nodes may find the tables missing at the same moment; the one that is refused tries again.
const TRIES: usize = 20;

const PREPARE: &str = "CREATE TABLE IF NOT EXISTS schema_lock (one int PRIMARY KEY);
CREATE TABLE IF NOT EXISTS schema_migration (number int PRIMARY KEY, title text NOT NULL, checksum text NOT NULL);
INSERT INTO schema_lock VALUES (1) ON CONFLICT DO NOTHING;";

queries! {
    EXISTS() = "SELECT to_regclass('schema_migration') IS NOT NULL, to_regclass('contact') IS NOT NULL";
    APPLIED() = "SELECT number, title, checksum FROM schema_migration ORDER BY number";
    RECORD(INT4, TEXT, TEXT) = "INSERT INTO schema_migration (number, title, checksum) VALUES ($1, $2, $3)";
}

/// Taken by whoever changes the schema.
pub(crate) const LOCK: &str = "SELECT 1 FROM schema_lock WHERE one = 1 FOR UPDATE";

fn checksum(migration: &Migration) -> String {
    format!("{:016x}", stable_hash(&[migration.title.as_bytes(), migration.sql.as_bytes()]))
}

fn incompatible(text: String) -> StorageError {
    StorageError::new(StorageErrorKind::Incompatible, text)
}

const READING: &str = "the schema's history cannot be read";

/// How many migrations the database has; nothing if it is empty.
async fn inspect(link: &Link) -> Result<Option<usize>, StorageError> {
    let row = link.one(&EXISTS, &[]).await.map_err(plain(READING))?;
    let (ours, other) = row.map_or((false, false), |row| (row.get(0), row.get(1)));
    match (ours, other) {
        (false, true) => return Err(incompatible("this database belongs to another program; give Antiphon one of its own".to_owned())),
        (false, false) => return Ok(None),
        (true, _) => {}
    }
    let rows = link.query(&APPLIED, &[]).await.map_err(plain(READING))?;
    if rows.len() > MIGRATIONS.len() {
        return Err(incompatible(format!(
            "this database has schema {} and was made by a newer version, this one knows schema {}; run the newer version",
            rows.len(),
            MIGRATIONS.len()
        )));
    }
    for ((number, migration), row) in (1i32..).zip(MIGRATIONS).zip(&rows) {
        let known = (number, migration.title, checksum(migration));
        if (row.get::<_, i32>(0), row.get::<_, &str>(1), row.get::<_, String>(2)) != known {
            return Err(incompatible(format!(
                "migration {number} of this database is not the one that this version knows as {}; it was made by a development version",
                migration.title
            )));
        }
    }
    Ok(Some(rows.len()))
}

/// Applies what is missing, each file in a transaction of its own.
pub(crate) async fn migrate(pool: &Pool) -> Result<(), StorageError> {
    let lent = pool.lend().await?;
    if inspect(lent.link()).await? == Some(MIGRATIONS.len()) {
        return Ok(());
    }
    for attempt in 1..=TRIES {
        match lent.link().run(PREPARE).await.map_err(sql("the database cannot be prepared")) {
            // Others made the same tables meanwhile.
            Err(failure) if attempt < TRIES && failure.trouble != Trouble::Lost => {}
            outcome => {
                outcome.map_err(|failure| failure.error)?;
                break;
            }
        }
    }
    for (number, migration) in (1usize..).zip(MIGRATIONS) {
        lent.transaction("BEGIN", async |link| {
            let failed = sql("the database cannot be migrated");
            link.run(LOCK).await.map_err(&failed)?;
            if inspect(link).await?.unwrap_or(0) >= number {
                return Ok(());
            }
            link.run(migration.sql).await.map_err(&failed)?;
            link.execute(&RECORD, &[&(number as i32), &migration.title, &checksum(migration)]).await.map_err(&failed)?;
            Ok::<(), Failure>(())
        })
        .await?;
    }
    Ok(())
}

/// For readers, which must not migrate.
pub(crate) async fn require_current(pool: &Pool) -> Result<(), StorageError> {
    let lent = pool.lend().await?;
    match inspect(lent.link()).await? {
        Some(version) if version == MIGRATIONS.len() => Ok(()),
        Some(version) => Err(incompatible(format!(
            "this database has schema {version}, this version reads schema {}; start the server once to migrate it",
            MIGRATIONS.len()
        ))),
        None => Err(incompatible("this database is empty; start the server once to create it".to_owned())),
    }
}
