//! One life of the product: opened on the store's file, ticked by hand, thrown away by a crash.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Weak};

use anyhow::{Context as _, Result};
use channel::ProviderKind;
use channel_sms::Twilio;
use channel_whatsapp::Whatsapp;
use decide::{Core, JourneyState};
use http_client::Transport;
use model::Timestamp;
use runtime::{
    Adapters, BroadcastLoop, CheckpointLoop, DeliveryLoop, Dispatcher, Engine, HeartbeatLoop, MediaLoop, MediaStore, RecoveryRule,
    SettleLoop, Spawning, TimerLoop,
};
use storage::{StorageError, Store};
use storage_sqlite::{Options, SqliteStore};

use crate::clock::PlayClock;
use crate::faults::{Chaos, ChaosStore, Plant};
use crate::tenant;

/// A loop of the product, as the scheduler picks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    Timers,
    Dispatcher,
    Settle,
    Deliveries,
    Media,
    Checkpoints,
    Heartbeat,
    Broadcasts,
}

impl Turn {
    pub const ALL: [Self; 8] =
        [Self::Timers, Self::Dispatcher, Self::Settle, Self::Deliveries, Self::Media, Self::Checkpoints, Self::Heartbeat, Self::Broadcasts];

    /// Whether it asks to be woken also when it has nothing to do.
    #[must_use]
    pub const fn looks_now_and_then(self) -> bool {
        matches!(self, Self::Deliveries | Self::Checkpoints | Self::Heartbeat)
    }
}

/// What a life of the product is made from.
pub struct Making<'a> {
    pub folder: &'a Path,
    pub clock: &'a Arc<PlayClock>,
    pub chaos: &'a Arc<Chaos>,
    pub wire: &'a Arc<dyn Transport>,
    pub plant: Plant,
    /// Another one for each life, because a product that starts again must not mint the same ids again.
    pub seed: u64,
}

pub struct Product {
    pub engine: Arc<Engine>,
    pub whatsapp: Arc<Whatsapp>,
    /// Past the faults: how the play looks at what is stored.
    pub store: Arc<dyn Store>,
    file: Weak<SqliteStore>,
    timers: TimerLoop,
    dispatcher: Dispatcher,
    settle: SettleLoop,
    deliveries: DeliveryLoop,
    media: MediaLoop,
    checkpoints: CheckpointLoop,
    heartbeat: HeartbeatLoop,
    broadcasts: BroadcastLoop,
}

impl Product {
    pub async fn start(making: Making<'_>) -> Result<Self> {
        let Making { folder, clock, chaos, wire, plant, seed } = making;
        let core = Arc::new(Core::new());
        let options = Options { readers: 1, writer_cache_kib: 2_048, reader_cache_kib: 512, ..Options::default() };
        let file = Arc::new(SqliteStore::open(folder.join("antiphon.db"), options, core.clone()).context("the store cannot be opened")?);
        let weak = Arc::downgrade(&file);
        let store: Arc<dyn Store> = file;
        let faulty: Arc<dyn Store> = Arc::new(ChaosStore::new(Arc::clone(&store), Arc::clone(chaos), plant));
        let whatsapp = Arc::new(Whatsapp::new(Arc::clone(wire)));
        let twilio = Arc::new(Twilio::new(Arc::clone(wire)));
        let adapters =
            Adapters::new(Arc::clone(wire)).with(ProviderKind::WhatsappCloud, whatsapp.clone()).with(ProviderKind::Twilio, twilio);
        let engine = Arc::new(Engine::seeded(faulty, core, clock.clone(), adapters, seed));
        engine.load_all().await.context("what the workspaces have published cannot be read")?;
        // Nobody is there to say yes: what an outage left goes by the rules of lateness alone.
        let rule = RecoveryRule { ask_above: None, ..RecoveryRule::default() };
        engine.recover(rule).await.context("what the outage left cannot be counted")?;
        let media = MediaStore::open(&folder.join("media")).await?;
        let dispatcher = Dispatcher::new(Arc::clone(&engine), Spawning::Inline);
        let active = dispatcher.activity();
        Ok(Self {
            timers: TimerLoop::new(Arc::clone(&engine)),
            settle: SettleLoop::new(Arc::clone(&engine), Box::new(active)),
            dispatcher,
            deliveries: DeliveryLoop::new(Arc::clone(&engine)),
            media: MediaLoop::new(Arc::clone(&engine), media),
            checkpoints: CheckpointLoop::new(Arc::clone(&engine)),
            heartbeat: HeartbeatLoop::new(Arc::clone(&engine)),
            broadcasts: BroadcastLoop::new(Arc::clone(&engine)),
            engine,
            whatsapp,
            store,
            file: weak,
        })
    }

    pub async fn tick(&mut self, turn: Turn, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        match turn {
            Turn::Timers => self.timers.tick(now).await,
            Turn::Dispatcher => self.dispatcher.tick(now).await,
            Turn::Settle => self.settle.tick(now).await,
            Turn::Deliveries => self.deliveries.tick(now).await,
            Turn::Media => self.media.tick(now).await,
            Turn::Checkpoints => self.checkpoints.tick(now).await,
            Turn::Heartbeat => self.heartbeat.tick(now).await,
            Turn::Broadcasts => self.broadcasts.tick(now).await,
        }
    }

    /// The journeys that stand still, by tenant.
    #[must_use]
    pub fn held(&self) -> Vec<BTreeSet<String>> {
        let of = |n| {
            let catalogue = self.engine.core().catalogue(tenant::workspace(n));
            let journeys = catalogue.iter().flat_map(|catalogue| catalogue.journeys.iter());
            journeys.filter(|(_, published)| published.state == JourneyState::Held).map(|(name, _)| name.clone()).collect()
        };
        (0..tenant::TENANTS).map(of).collect()
    }

    /// Waits until the last hold on the file is gone: tasks that were about to answer somebody end first.
    pub async fn end(self) -> Result<()> {
        let file = self.file.clone();
        drop(self);
        for _ in 0..10_000 {
            if file.strong_count() == 0 {
                return Ok(());
            }
            tokio::task::yield_now().await;
        }
        anyhow::bail!("something holds the store after its product has ended")
    }
}
