//! Puts a product together: store, core, adapters, loops, API.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use api::{ApiConfig, ApiState, LiveHub, SecretSource};
use async_trait::async_trait;
use channel::{FetchedMedia, MediaReader};
use channel_sms::Twilio;
use channel_whatsapp::Whatsapp;
use decide::Core;
use http_client::Transport;
use model::{MediaId, WorkspaceId};
use runtime::{Adapters, Engine, MediaDoc, MediaLoop, MediaStore, SecureRng, SettleTimes, SystemClock, Tasks, TimeSource};
use storage::{DocumentExt, Store};
use storage_sqlite::{Options, SqliteStore};
use tokio::task::JoinSet;

use crate::backend::{Backend, publish_news};

/// The version of this build, as `--version` prints it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// What a product is made from.
pub struct Parts {
    /// The data folder: `antiphon.db` and `media/`.
    pub data: PathBuf,
    /// Where people and providers reach it, without a slash at the end.
    pub public_url: String,
    pub demo: bool,
    pub clock: Arc<dyn TimeSource>,
    pub transport: Arc<dyn Transport>,
    /// Ids become a function of it, for simulations.
    pub seed: Option<u64>,
    pub speed: Box<dyn Fn() -> f64 + Send + Sync>,
    pub store: Options,
}

/// A product that stands, without its loops.
pub struct App {
    pub engine: Arc<Engine>,
    pub backend: Arc<Backend>,
    pub api: ApiState,
    pub media: MediaStore,
}

/// The store's file in a data folder.
#[must_use]
pub fn database(data: &Path) -> PathBuf {
    data.join("antiphon.db")
}

impl App {
    pub async fn build(parts: Parts) -> Result<Self> {
        let data = parts.data;
        std::fs::create_dir_all(&data).with_context(|| format!("the data folder {} cannot be made", data.display()))?;
        let core = Arc::new(Core::new());
        let store = SqliteStore::open(database(&data), parts.store, core.clone())
            .with_context(|| format!("the store {} cannot be opened", database(&data).display()))?;
        let store: Arc<dyn Store> = Arc::new(store);
        let media = MediaStore::open(&data.join("media"))
            .await
            .with_context(|| format!("the media folder in {} cannot be made", data.display()))?;
        let reader = Arc::new(StoredMedia { store: Arc::clone(&store), media: media.clone() });
        let whatsapp = Arc::new(Whatsapp::new(Arc::clone(&parts.transport)).with_media(reader));
        let twilio = Arc::new(Twilio::new(Arc::clone(&parts.transport)));
        let adapters = Adapters { whatsapp: whatsapp.clone(), twilio: twilio.clone(), transport: parts.transport };
        let engine = Arc::new(match parts.seed {
            Some(seed) => Engine::seeded(store, core, parts.clock, adapters, seed),
            None => Engine::new(store, core, parts.clock, adapters),
        });
        engine.load_all().await.context("what the workspaces have published cannot be read")?;
        let epoch = u64::try_from(engine.now().as_millis()).unwrap_or(0);
        let live = Arc::new(LiveHub::new(epoch));
        let backend = Arc::new(Backend {
            engine: Arc::clone(&engine),
            live,
            whatsapp,
            twilio,
            media: media.clone(),
            public_url: parts.public_url.clone(),
            speed: parts.speed,
        });
        let config = ApiConfig { public_url: parts.public_url, demo: parts.demo, version: VERSION };
        let api = ApiState::new(backend.clone(), Arc::new(SystemClock), Arc::new(MachineSecrets), config);
        Ok(Self { engine, backend, api, media })
    }

    /// Starts the loops and the live news.
    #[must_use]
    pub fn start(&self, times: SettleTimes) -> Running {
        let tasks = Tasks::start(&self.engine, MediaLoop::new(Arc::clone(&self.engine), self.media.clone()), times);
        let mut beside = JoinSet::new();
        beside.spawn(publish_news(Arc::clone(&self.engine), Arc::clone(&self.backend.live)));
        beside.spawn(keep_tidy(self.api.clone()));
        Running { tasks, beside }
    }

    /// The only workspace of a small installation, if there is one.
    pub async fn first_workspace(&self) -> Result<Option<WorkspaceId>> {
        Ok(self.engine.store().workspaces().await?.into_iter().next())
    }
}

/// The loops of a started product.
pub struct Running {
    tasks: Tasks,
    /// What may be dropped at any moment.
    beside: JoinSet<()>,
}

impl Running {
    pub async fn stop(mut self) {
        self.tasks.stop().await;
        self.beside.shutdown().await;
    }
}

/// Removes ended sessions, used links and old idempotency answers now and then.
async fn keep_tidy(api: ApiState) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        if let Err(problem) = api::sweep(&api).await {
            tracing::warn!(error = %problem, "Ended sessions could not be removed");
        }
    }
}

/// The machine's generator, as the API wants it.
struct MachineSecrets;

impl SecretSource for MachineSecrets {
    fn fill(&self, bytes: &mut [u8]) {
        let rng = SecureRng::new();
        for chunk in bytes.chunks_mut(32) {
            let random = rng.bytes::<32>();
            let length = chunk.len();
            chunk.copy_from_slice(&random[..length]);
        }
    }
}

/// Our object store, as adapters read it.
struct StoredMedia {
    store: Arc<dyn Store>,
    media: MediaStore,
}

#[async_trait]
impl MediaReader for StoredMedia {
    async fn read(&self, workspace: WorkspaceId, media: MediaId) -> Option<FetchedMedia> {
        let doc = self.store.get::<MediaDoc>(workspace, &media.to_string()).await.ok()??;
        let bytes = self.media.get(workspace, media).await.ok()?;
        Some(FetchedMedia { bytes, mime: doc.value.mime })
    }
}

/// The first owner of a workspace, for sign-in links from the machine itself.
pub async fn first_owner(app: &App, ws: WorkspaceId) -> Result<model::UserId> {
    let users = app.engine.store().all::<api::documents::User>(ws).await?;
    let owner = users.into_iter().map(|stored| stored.value).find(|user| user.active && user.roles.contains(&api::auth::Role::Owner));
    owner.map(|user| user.id).context("the workspace has no active owner")
}
