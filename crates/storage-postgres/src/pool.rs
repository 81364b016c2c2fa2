//! Connections for everything that is no step.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use storage::StorageError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::Row;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Failure, Trouble, plain, sql, stopped};
use crate::link::{Link, Value};
use crate::query::Query;
use crate::settings::Settings;

/// A few connections, made when they are needed and made anew when they broke.
pub(crate) struct Pool {
    settings: Settings,
    tls: MakeRustlsConnect,
    idle: Mutex<Vec<Arc<Link>>>,
    places: Arc<Semaphore>,
}

/// A connection for one use.
pub(crate) struct Lent<'p> {
    pool: &'p Pool,
    link: Arc<Link>,
    /// A transaction is open: whoever is dropped now leaves the connection in the middle of something.
    busy: AtomicBool,
    _place: OwnedSemaphorePermit,
}

impl Pool {
    pub(crate) fn new(settings: Settings, tls: MakeRustlsConnect) -> Self {
        let places = Arc::new(Semaphore::new(settings.readers));
        Self { settings, tls, idle: Mutex::default(), places }
    }

    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) const fn tls(&self) -> &MakeRustlsConnect {
        &self.tls
    }

    pub(crate) async fn connect(&self) -> Result<Link, StorageError> {
        Link::connect(&self.settings.config, &self.tls, self.settings.pooled).await
    }

    pub(crate) async fn lend(&self) -> Result<Lent<'_>, StorageError> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| stopped())?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let link = match idle.filter(|link| !link.is_closed()) {
            Some(link) => link,
            None => Arc::new(self.connect().await?),
        };
        Ok(Lent { pool: self, link, busy: AtomicBool::new(false), _place: place })
    }

    /// One statement that reads. A connection that broke since its last use is replaced once.
    pub(crate) async fn query(&self, query: &'static Query, values: &[Value<'_>]) -> Result<Vec<Row>, StorageError> {
        const READING: &str = "rows cannot be read";
        let first = self.lend().await?;
        match first.link().query(query, values).await.map_err(sql(READING)) {
            Err(failure) if failure.trouble == Trouble::Lost => {
                drop(first);
                let second = self.lend().await?;
                second.link().query(query, values).await.map_err(plain(READING))
            }
            answer => answer.map_err(|failure| failure.error),
        }
    }

    pub(crate) async fn one(&self, query: &'static Query, values: &[Value<'_>]) -> Result<Option<Row>, StorageError> {
        Ok(self.query(query, values).await?.into_iter().next())
    }

    /// One statement that writes, in a transaction of its own. It is not repeated.
    pub(crate) async fn execute(&self, query: &'static Query, values: &[Value<'_>]) -> Result<u64, StorageError> {
        self.lend().await?.link().execute(query, values).await.map_err(plain("a change cannot be written"))
    }
}

impl Lent<'_> {
    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// Runs statements as one transaction.
    pub(crate) async fn transaction<T>(&self, begin: &str, act: impl AsyncFnOnce(&Link) -> Result<T, Failure>) -> Result<T, Failure> {
        const FAILED: &str = "a transaction failed";
        self.busy.store(true, Ordering::Relaxed);
        self.link.run(begin).await.map_err(sql(FAILED))?;
        let outcome = act(&self.link).await;
        let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.link.run(end).await.map_err(sql(FAILED));
        if ended.is_ok() {
            self.busy.store(false, Ordering::Relaxed);
        }
        let value = outcome?;
        ended.map(|()| value)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if !self.link.is_closed() && !self.busy.load(Ordering::Relaxed) {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&self.link));
        }
    }
}
