//! Puts a product together: store, core, adapters, loops, API.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use api::{ApiConfig, ApiState, LiveHub, SecretSource};
use async_trait::async_trait;
use channel::{Account, FetchedMedia, MediaKeeper, MediaReader, NotTaken, ProviderKind, UploadBook};
use channel_email::Email;
use channel_rcs::Rcs;
use channel_smpp::Smpp;
use channel_sms::{Twilio, TwilioRcs};
use channel_telnyx::Telnyx;
use channel_whatsapp::Whatsapp;
use decide::Core;
use http_client::{Guard, Transport};
use model::draws::stable_hash;
use model::{MediaId, Millis, SenderId, Timestamp, WorkspaceId};
use runtime::documents::RELOADED;
use runtime::{
    Adapters, BucketSettings, Duty, Engine, LeaseTimes, MediaDoc, MediaLoop, MediaStore, NodeOptions, Place, Roles, SecureRng, SettleTimes,
    Spawning, SystemClock, Tasks, TimeSource,
};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, Sharing, Store};
use storage_sqlite::Options;
use tokio::task::JoinSet;

use crate::backend::designs::StoredDesigns;
use crate::backend::threads::StoredThreads;
use crate::backend::{Backend, publish_news};
use crate::handed_out::HandedOut;
use crate::store::{StoreAddress, database};

/// The version of this build, as `--version` prints it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const SWEEP_EVERY: Duration = Duration::from_secs(3600);
const ASK_NUMBERS_EVERY: Duration = Duration::from_secs(3600);
const NEWS_SETTLE: Duration = Duration::from_secs(5);

/// What a product is made from.
pub struct Parts {
    /// The data folder: `antiphon.db`, unless `address` names another store, and `media/`, unless `media` names another folder.
    pub data: PathBuf,
    pub address: Option<StoreAddress>,
    pub media: Option<PathBuf>,
    /// In place of a folder for media.
    pub bucket: Option<BucketSettings>,
    pub node: NodeChoice,
    /// Where people and providers reach it, without a slash at the end.
    pub public_url: String,
    pub demo: bool,
    pub clock: Arc<dyn TimeSource>,
    pub transport: Arc<dyn Transport>,
    /// Which private hosts may be connected to.
    pub guard: Guard,
    /// Who says what domains publish; without it mail senders' domains are not looked at.
    pub names: Option<Arc<dyn channel_email::Names>>,
    /// Ids become a function of it, for simulations.
    pub seed: Option<u64>,
    pub speed: Box<dyn Fn() -> f64 + Send + Sync>,
    pub store: Options,
}

/// How a process takes part, where several share a store.
#[derive(Clone, Debug)]
pub struct NodeChoice {
    /// For people who read logs and leases; a random part is added.
    pub name: String,
    pub roles: Roles,
    pub times: LeaseTimes,
    /// Nobody else uses the store, although several might: no leases are needed.
    pub alone: bool,
}

impl Default for NodeChoice {
    fn default() -> Self {
        Self { name: "node".to_owned(), roles: Roles::ALL, times: LeaseTimes::default(), alone: false }
    }
}

impl NodeChoice {
    fn options(self, store: &dyn Store, data: &Path) -> NodeOptions {
        let Self { name, roles, times, alone } = self;
        let shared = !alone && store.sharing() != Sharing::Alone;
        let id = format!("{name}-{:016x}", random());
        let place = if shared && roles.worker { place(data, &name, &id) } else { None };
        NodeOptions { id, roles, times, shared, place }
    }
}

/// Without a place nothing is wrong: what an earlier process of this name held is taken when it has expired.
fn place(data: &Path, name: &str, id: &str) -> Option<Arc<Place>> {
    match Place::take(data, name, id) {
        Ok(place) => place.map(Arc::new),
        Err(error) => {
            tracing::warn!(error = %error, "The lock of this node's name could not be taken; after a crash its work waits until its leases expire");
            None
        }
    }
}

fn random() -> u64 {
    model::Rng::next_u64(&mut SecureRng::new())
}

/// A product that stands, without its loops.
pub struct App {
    pub engine: Arc<Engine>,
    pub backend: Arc<Backend>,
    pub api: ApiState,
    pub media: MediaStore,
}

impl App {
    pub async fn build(parts: Parts) -> Result<Self> {
        let data = parts.data;
        std::fs::create_dir_all(&data).with_context(|| format!("the data folder {} cannot be made", data.display()))?;
        let core = Arc::new(Core::made_from(RELOADED));
        let address = parts.address.unwrap_or_else(|| StoreAddress::Sqlite(database(&data)));
        let store = address.open(parts.store, core.clone()).await?;
        let media = match parts.bucket {
            Some(bucket) => MediaStore::in_bucket(bucket, Arc::clone(&parts.transport), parts.clock.clone()),
            None => {
                let folder = parts.media.unwrap_or_else(|| data.join("media"));
                MediaStore::open(&folder).await.with_context(|| format!("the media folder {} cannot be made", folder.display()))?
            }
        };
        let node = parts.node.options(&*store, &data);
        let reader = Arc::new(StoredMedia { store: Arc::clone(&store), clock: Arc::clone(&parts.clock), media: media.clone() });
        let threads = Arc::new(StoredThreads { store: Arc::clone(&store) });
        let designs = Arc::new(StoredDesigns { store: Arc::clone(&store) });
        let email = Email::new(parts.guard.clone(), parts.clock.clone()).with_transport(Arc::clone(&parts.transport));
        let email = email.with_media(reader.clone()).with_attachments(reader.clone()).with_designs(designs).with_threads(threads);
        let email = match parts.names {
            Some(names) => email.with_names(names),
            None => email,
        };
        let whatsapp = Arc::new(Whatsapp::new(Arc::clone(&parts.transport)).with_media(reader.clone()).with_uploads(reader));
        let links = Arc::new(HandedOut::new(Arc::clone(&store), Arc::clone(&parts.clock), &parts.public_url));
        let twilio = Arc::new(Twilio::new(Arc::clone(&parts.transport)).with_links(links.clone()));
        let twilio_rcs = Arc::new(TwilioRcs::new(Arc::clone(&parts.transport)).with_links(links.clone()));
        let rcs = Arc::new(Rcs::new(Arc::clone(&parts.transport), parts.clock.clone()).with_links(links.clone()));
        let telnyx = Arc::new(Telnyx::new(Arc::clone(&parts.transport)).with_links(links));
        let adapters = Adapters::new(parts.transport)
            .with(ProviderKind::Telnyx, telnyx)
            .with(ProviderKind::Rcs, rcs)
            .with(ProviderKind::WhatsappCloud, whatsapp.clone())
            .with(ProviderKind::Twilio, twilio)
            .with(ProviderKind::TwilioRcs, twilio_rcs)
            .with(ProviderKind::Smpp, Arc::new(Smpp::new(parts.guard)))
            .with(ProviderKind::Email, Arc::new(email));
        let engine = Arc::new(match parts.seed {
            Some(seed) => Engine::seeded(store, core, parts.clock, adapters, seed).as_node(node),
            None => Engine::new(store, core, parts.clock, adapters).as_node(node),
        });
        engine.load_all().await.context("what the workspaces have published cannot be read")?;
        // Nodes that start in the same moment must not look like one.
        let epoch = parts.seed.unwrap_or_else(random);
        let live = Arc::new(LiveHub::new(epoch));
        let backend = Arc::new(Backend {
            engine: Arc::clone(&engine),
            live,
            whatsapp,
            media: media.clone(),
            number_news: tokio::sync::Notify::new(),
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
        let tasks = Tasks::start(&self.engine, MediaLoop::spawning(Arc::clone(&self.engine), self.media.clone(), Spawning::Tasks), times);
        let mut beside = JoinSet::new();
        beside.spawn(publish_news(Arc::clone(&self.engine), Arc::clone(&self.backend.live)));
        beside.spawn(watch_numbers(Arc::clone(&self.backend)));
        beside.spawn(keep_tidy(self.api.clone(), Arc::clone(&self.engine)));
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
async fn keep_tidy(api: ApiState, engine: Arc<Engine>) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        if !engine.node().options().roles.worker || engine.on_duty(Duty::Tidy).is_none() {
            continue;
        }
        if let Err(problem) = api::sweep(&api).await {
            tracing::warn!(error = %problem, "Ended sessions could not be removed");
        }
        if let Err(error) = engine.forget_notices().await {
            tracing::warn!(error = %error, "Old keys of providers' notices could not be removed");
        }
    }
}

/// Asks how numbers and templates stand every hour, and for numbers soon after a provider tells of a change: what it tells is a part of it.
async fn watch_numbers(backend: Arc<Backend>) {
    loop {
        let told = tokio::time::timeout(ASK_NUMBERS_EVERY, backend.number_news.notified()).await.is_ok();
        if told {
            // Changes come in flocks.
            tokio::time::sleep(NEWS_SETTLE).await;
        }
        let node = backend.engine.node();
        if !node.options().roles.worker || (!told && backend.engine.on_duty(Duty::Tidy).is_none()) {
            continue;
        }
        if let Err(error) = backend.ask_all_numbers().await {
            tracing::warn!(error = %error, "The states of the numbers could not be asked for");
        }
        // What a provider tells of a template comes by itself; this is for what it did not tell.
        if !told && let Err(error) = backend.sync_all_templates().await {
            tracing::warn!(error = %error, "The templates could not be taken in");
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
    clock: Arc<dyn TimeSource>,
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

#[async_trait]
impl MediaKeeper for StoredMedia {
    async fn keep(&self, workspace: WorkspaceId, key: &str, filename: Option<String>, media: FetchedMedia) -> Result<MediaId, NotTaken> {
        let failed = |error: &dyn std::fmt::Display| NotTaken(format!("an attachment could not be kept: {error}"));
        // A mail that is given again has the same key, and so the same object.
        let half = |half: &[u8]| u128::from(stable_hash(&[b"attachment", half, &workspace.to_bytes(), key.as_bytes()]));
        let id = MediaId::from_u128(half(b"high") << 64 | half(b"low"));
        if self.store.get::<MediaDoc>(workspace, &id.to_string()).await.map_err(|error| failed(&error))?.is_some() {
            return Ok(id);
        }
        self.media.put(workspace, id, &media.bytes).await.map_err(|error| failed(&error))?;
        let doc = MediaDoc { id, mime: media.mime, filename, bytes: media.bytes.len() as u64 };
        self.store.put(workspace, &doc, 0, self.clock.now()).await.map_err(|error| failed(&error))?;
        Ok(id)
    }
}

/// What a provider has of a file, and until when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct UploadDoc {
    sender: SenderId,
    media: MediaId,
    provider_id: String,
    until: Timestamp,
}

impl Document for UploadDoc {
    const KIND: &'static str = "media_upload";
    fn id(&self) -> String {
        upload_key(self.sender, self.media)
    }
}

fn upload_key(sender: SenderId, media: MediaId) -> String {
    format!("{sender}:{media}")
}

/// A store that does not answer costs an upload and no message, so its errors end here.
#[async_trait]
impl UploadBook for StoredMedia {
    async fn known(&self, account: &Account, media: MediaId) -> Option<String> {
        let stored = self.store.get::<UploadDoc>(account.workspace, &upload_key(account.sender.id, media)).await.ok()??;
        (stored.value.until > self.clock.now()).then_some(stored.value.provider_id)
    }

    async fn keep(&self, account: &Account, media: MediaId, provider_id: &str, lives: Millis) {
        let now = self.clock.now();
        let doc = UploadDoc { sender: account.sender.id, media, provider_id: provider_id.to_owned(), until: now + lives };
        let known = self.store.get::<UploadDoc>(account.workspace, &doc.id()).await.ok().flatten();
        if let Err(error) = self.store.put(account.workspace, &doc, known.map_or(0, |known| known.version), now).await {
            tracing::debug!(media.id = %media, error = %error, "An upload was not noted; the file is uploaded again next time");
        }
    }

    async fn forget(&self, account: &Account, media: MediaId) {
        // The same file for another sender stands on its own.
        let key = upload_key(account.sender.id, media);
        let Ok(Some(stored)) = self.store.get::<UploadDoc>(account.workspace, &key).await else { return };
        let now = self.clock.now();
        let doc = UploadDoc { until: now, ..stored.value };
        if let Err(error) = self.store.put(account.workspace, &doc, stored.version, now).await {
            tracing::debug!(media.id = %media, error = %error, "An upload that the provider forgot is still noted");
        }
    }
}

/// The first owner of a workspace, for sign-in links from the machine itself.
pub async fn first_owner(app: &App, ws: WorkspaceId) -> Result<model::UserId> {
    let users = app.engine.store().all::<api::documents::User>(ws).await?;
    let owner = users.into_iter().map(|stored| stored.value).find(|user| user.active && user.roles.contains(&api::auth::Role::Owner));
    owner.map(|user| user.id).context("the workspace has no active owner")
}
