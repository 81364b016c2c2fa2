//! The store as a value: who owns the connections and the tasks.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use model::WorkspaceId;
use storage::{Decider, StorageError, StoreStats};

use crate::error::{plain, read_only};
use crate::notices::Notices;
use crate::pool::Pool;
use crate::query::queries;
use crate::read::log;
use crate::settings::Settings;
use crate::workspaces::Workspaces;
use crate::writer::{Metrics, STEERED, Shared, Writer};
use crate::{migrate, notices, partitions, tls, upkeep};

queries! {
    NODE() = "SELECT nextval('node')";
}

/// A store in a PostgreSQL database. Dropping it commits what was handed over and ends its tasks.
pub struct PostgresStore {
    writer: Option<Arc<Writer>>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) workspaces: Arc<Workspaces>,
    pub(crate) notices: Arc<Notices>,
    metrics: Arc<Metrics>,
    decider: Option<Arc<dyn Decider>>,
}

impl PostgresStore {
    /// Opens a database for reading and writing, as one node of many; creates the schema in an empty one, and migrates an older one. Must be
    /// called inside an async runtime, which the store's tasks then use. Refused when the server cannot be reached (`Unavailable`), and when
    /// a newer version or another program made the database (`Incompatible`).
    pub async fn open(settings: Settings, decider: Arc<dyn Decider>) -> Result<Self, StorageError> {
        let pool = pool(settings)?;
        migrate::migrate(&pool).await?;
        partitions::make(&pool).await?;
        let node = pool.one(&NODE, &[]).await?.map_or(0, |row| row.get::<_, i64>(0));
        let steered = {
            let lent = pool.lend().await?;
            let taken = lent.link().run(STEERED).await.is_ok();
            lent.link().run("ROLLBACK").await.map_err(plain("a transaction cannot be ended"))?;
            taken
        };
        let notices = Arc::new(Notices::new(node));
        let (workspaces, metrics) = (Arc::<Workspaces>::default(), Arc::<Metrics>::default());
        let shared = Shared {
            pool: Arc::clone(&pool),
            workspaces: Arc::clone(&workspaces),
            decider: Arc::clone(&decider),
            notices: Arc::clone(&notices),
            metrics: Arc::clone(&metrics),
            steered,
        };
        let writer = Arc::new(Writer::start(shared));
        tokio::spawn(upkeep::run(Arc::downgrade(&writer), Arc::clone(&pool)));
        tokio::spawn(notices::send(Arc::downgrade(&notices), Arc::clone(&pool)));
        if !pool.settings().deaf {
            tokio::spawn(notices::listen(Arc::downgrade(&notices), Arc::clone(&pool)));
        }
        Ok(Self { writer: Some(writer), pool, workspaces, notices, metrics, decider: Some(decider) })
    }

    /// Opens a database for reading only, also while servers have it open. Everything that writes answers `Invalid`.
    pub async fn open_read_only(settings: Settings) -> Result<Self, StorageError> {
        let pool = pool(settings.reading())?;
        migrate::require_current(&pool).await?;
        Ok(Self {
            writer: None,
            pool,
            workspaces: Arc::default(),
            notices: Arc::new(Notices::new(0)),
            metrics: Arc::default(),
            decider: None,
        })
    }

    pub(crate) fn writer(&self) -> Result<&Writer, StorageError> {
        self.writer.as_deref().ok_or_else(read_only)
    }

    /// Whether decisions depend on documents of this kind.
    pub(crate) fn decides_by(&self, kind: &str) -> bool {
        self.decider.as_ref().is_some_and(|decider| decider.decides_by(kind))
    }

    pub(crate) async fn workspace(&self, ws: WorkspaceId) -> Result<Option<i32>, StorageError> {
        if let Some(n) = self.workspaces.known(ws) {
            return Ok(Some(n));
        }
        let lent = self.pool.lend().await?;
        self.workspaces.find(lent.link(), ws).await.map_err(plain("a workspace cannot be looked up"))
    }

    /// For those who write: a workspace that is not there is made.
    pub(crate) async fn make_workspace(&self, ws: WorkspaceId) -> Result<i32, StorageError> {
        self.writer()?;
        if let Some(n) = self.workspaces.known(ws) {
            return Ok(n);
        }
        let lent = self.pool.lend().await?;
        self.workspaces.make(lent.link(), ws).await.map_err(plain("a workspace cannot be added"))
    }

    pub(crate) async fn figures(&self) -> Result<StoreStats, StorageError> {
        let stats = log::stats(&self.pool).await?;
        let since_opened = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        Ok(StoreStats { commits: since_opened(&self.metrics.commits), steps: since_opened(&self.metrics.steps), ..stats })
    }
}

fn pool(settings: Settings) -> Result<Arc<Pool>, StorageError> {
    let tls = tls::connector(settings.root.as_deref())?;
    Ok(Arc::new(Pool::new(settings, tls)))
}
