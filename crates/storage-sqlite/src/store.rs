//! The store as a value: who owns the threads, the connections and the lock.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use storage::{Decider, StorageError, StorageErrorKind};

use crate::error::{read_only, sql, stopped};
use crate::hashes::{Index, Snapshots};
use crate::leases::Leases;
use crate::lock::{Lock, create_private};
use crate::options::Options;
use crate::readers::Readers;
use crate::wakes::Wakes;
use crate::writer::{Group, Metrics, Step, Write, Writer};
use crate::{migrate, open};

/// The index of keys: the writer's, or as it is read.
#[derive(Clone)]
pub(crate) enum Hashes {
    Shared(Arc<Index>),
    Read(Arc<Snapshots>),
}

impl Hashes {
    /// The numbers of a hash, as one snapshot has them.
    pub(crate) fn find(&self, conn: &Connection, hash: u128) -> Result<Vec<i64>, StorageError> {
        let index = match self {
            Self::Shared(index) => Arc::clone(index),
            Self::Read(snapshots) => snapshots.get(conn)?,
        };
        // Runs may have been merged since the snapshot began; then it says itself which there were.
        index.find(conn, hash).or_else(|_| Index::load(conn)?.find(conn, hash))
    }
}

/// A store in one SQLite file. Dropping it commits what was handed over and frees the file.
pub struct SqliteStore {
    // Fields are dropped in this order: the writer closes last, because only it can fold the log into the file, and while the file is ours.
    pub(crate) readers: Readers,
    writer: Option<Writer>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) path: PathBuf,
    /// Kept by the writer; a store without one reads it anew.
    wakes: Arc<Mutex<Wakes>>,
    pub(crate) hashes: Hashes,
    leases: Leases,
    _lock: Option<Lock>,
}

impl SqliteStore {
    /// Opens or creates a database for reading and writing. Refused while another process has it open (`Unavailable`), when a newer
    /// version or another program made it (`Incompatible`), and when it is damaged (`Corrupt`).
    pub fn open(path: impl AsRef<Path>, options: Options, decider: Arc<dyn Decider>) -> Result<Self, StorageError> {
        let path = path.as_ref();
        let named = |error: StorageError| named(path, error);
        let lock = Lock::take(path)?;
        create_private(path)?;
        let conn = open::writer(path, &options).map_err(named)?;
        let metrics = Arc::new(Metrics::default());
        // Readers come second: the writer has made the schema and the log's shared memory.
        let readers = Readers::start(path, &options).map_err(named)?;
        let wakes = Arc::default();
        let reader = open::reader(path, &options).map_err(named)?;
        let hashes = Arc::new(Index::load(&conn).map_err(named)?);
        let writer = Writer::start(conn, reader, decider, &options, Arc::clone(&metrics), Arc::clone(&wakes), Arc::clone(&hashes));
        let writer = writer.map_err(named)?;
        let leases = Leases::default();
        Ok(Self {
            readers,
            writer: Some(writer),
            metrics,
            path: path.to_owned(),
            wakes,
            hashes: Hashes::Shared(hashes),
            leases,
            _lock: Some(lock),
        })
    }

    /// Opens a database for reading only, also while a server has it open. Everything that writes answers `Invalid`.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        let path = path.as_ref();
        let named = |error: StorageError| named(path, error);
        if !path.exists() {
            return Err(StorageError::new(StorageErrorKind::Unavailable, format!("database {} does not exist", path.display())));
        }
        let options = Options { readers: 1, ..Options::default() };
        let conn = open::reader(path, &options).map_err(named)?;
        migrate::require_current(&conn).map_err(named)?;
        let readers = Readers::start(path, &options).map_err(named)?;
        let (wakes, leases) = (Arc::default(), Leases::default());
        let hashes = Hashes::Read(Arc::default());
        Ok(Self { readers, writer: None, metrics: Arc::default(), path: path.to_owned(), wakes, hashes, leases, _lock: None })
    }

    /// Sets or (with 0) lifts the limit of [`Options::max_pages`] while the store runs.
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StorageError> {
        self.write(move |group| open::limit_pages(group.connection(), pages)).await
    }

    /// Contacts that were read before their turn ([`Options::read_ahead`]) since the store was opened.
    #[must_use]
    pub fn read_ahead(&self) -> u64 {
        self.metrics.read_ahead.load(Ordering::Relaxed)
    }

    /// Reads every page and index of the file and names the first faults. Takes long on a large store; nobody waits for it but the caller.
    pub async fn check(&self) -> Result<(), StorageError> {
        let path = self.path.clone();
        self.readers
            .read(move |conn| {
                let failed = sql("the database cannot be checked");
                let mut check = conn.prepare("PRAGMA integrity_check(10)").map_err(&failed)?;
                let lines = check.query_map([], |row| row.get::<_, String>(0)).map_err(&failed)?;
                let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(&failed)?;
                if lines.iter().all(|line| line == "ok") {
                    return Ok(());
                }
                let text = format!("database {} is damaged; restore a backup: {}", path.display(), lines.join("; "));
                Err(StorageError::new(StorageErrorKind::Corrupt, text))
            })
            .await
    }

    /// Only who may write has anything to do that others must not do too.
    pub(crate) fn leases(&self) -> Result<&Leases, StorageError> {
        self.writer.as_ref().map(|_| &self.leases).ok_or_else(read_only)
    }

    /// Looks at when contacts are due.
    pub(crate) async fn wakes<T: Send + 'static>(&self, look: impl FnOnce(&Wakes) -> T + Send + 'static) -> Result<T, StorageError> {
        if self.writer.is_none() {
            return self.readers.read(move |conn| Wakes::load(conn).map(|(wakes, _)| look(&wakes))).await;
        }
        Ok(look(&self.wakes.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    pub(crate) async fn submit(&self, signals: Vec<model::signal::Signal>) -> Result<Vec<storage::StepOutcome>, StorageError> {
        let (work, answer) = Step::new(signals);
        self.writer.as_ref().ok_or_else(read_only)?.submit(Box::new(work));
        answer.await.map_err(|_| stopped())?
    }

    /// Any write that is no step. It may run twice, and counts once.
    pub(crate) async fn write<T, F>(&self, act: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnMut(&mut Group<'_, '_>) -> Result<T, StorageError> + Send + 'static,
    {
        let writer = self.writer.as_ref().ok_or_else(read_only)?;
        let (work, answer) = Write::new(act);
        writer.submit(Box::new(work));
        answer.await.map_err(|_| stopped())?
    }
}

/// Says of which file an error speaks.
fn named(path: &Path, error: StorageError) -> StorageError {
    StorageError { context: format!("{}: {}", path.display(), error.context), ..error }
}
