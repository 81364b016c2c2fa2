//! Product and world on one virtual clock, in one process, without a socket: the stage for scenarios and tests.
//!
//! The product is whole: real store, real HTTP routes with their signature checks, real adapters, real loops, ticked by hand. The world is the
//! simulator behind the providers' APIs. Time moves only by [`Stage::advance_to`], from one due moment to the next.

mod clock;
mod hooks;
mod readers;
mod sink;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use channel::{Account, Provider, Secret, TwilioAccount, WhatsappAccount};
use decide::Queue;
use http_client::{Guard, RouterTransport};
use model::sender::{Sender, SenderStatus};
use model::{Channel, Millis, SenderId, Timestamp, WorkspaceId};
use policy::Rulebook;
use runtime::documents::{AccountDoc, QueueDoc, RulebookDoc, TemplateDoc, WorkspaceDoc, only};
use runtime::{
    BroadcastLoop, CheckpointLoop, DeliveryLoop, Dispatcher, MediaLoop, Publication, SettleLoop, Spawning, TimerLoop, WithdrawLoop,
};
use simulator::{Knobs, PersonId, Simulator, World, WorldConfig};
use storage::DocumentExt;

use crate::app::{App, NodeChoice, Parts};
use crate::store::StoreAddress;
pub use clock::StageClock;
pub use hooks::{Hook, Hooks};
use readers::Readers;
use sink::LateSink;

/// The stage's tenant.
pub const WORKSPACE: WorkspaceId = WorkspaceId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001);
pub const WHATSAPP: SenderId = SenderId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0002);
pub const SMS: SenderId = SenderId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0003);
/// Where the product is reached on the stage.
pub const PUBLIC_URL: &str = "http://antiphon.example.com";
const CLOUD: &str = "cloud.example.com";
/// Where the simulated Twilio answers.
pub const TWILIO: &str = "twilio.example.com";
/// Telnyx's API, for tests that connect a number of it.
pub const TELNYX: &str = "telnyx.example.com";
/// RCS for Business, for tests that connect an agent.
pub const RBM: &str = "rbm.example.com";
/// Where webhook endpoints of tests are: `http://hooks.example.com/<anything>`.
pub const HOOKS: &str = "hooks.example.com";
const RATES: &str = include_str!("../../../policy/data/sample_rates.json");
/// Moments in one advance; more means that something asks to be woken for ever.
const MOMENTS_MAX: u32 = 200_000;

/// A product and its world.
pub struct Stage {
    pub app: App,
    pub simulator: Simulator,
    pub clock: Arc<StageClock>,
    pub hooks: Hooks,
    pub router: Router,
    loops: Loops,
    sink: Arc<LateSink>,
    readers: Readers,
    allowed: Vec<String>,
    /// Another one for each start, because a product that starts again must not mint the same ids again.
    seed: u64,
}

/// A world without its product.
pub struct Away {
    outside: Outside,
    seed: u64,
}

impl Away {
    /// The product starts on a data folder.
    pub async fn come_back(self, data: &Path) -> Result<Stage> {
        self.come_back_on(data, None).await
    }

    /// The same with a store that is elsewhere.
    pub async fn come_back_on(self, data: &Path, address: Option<StoreAddress>) -> Result<Stage> {
        Stage::on(data, address, self.outside, self.seed).await
    }
}

struct Loops {
    timers: TimerLoop,
    withdrawals: WithdrawLoop,
    broadcasts: BroadcastLoop,
    dispatcher: Dispatcher,
    settle: SettleLoop,
    deliveries: DeliveryLoop,
    media: MediaLoop,
    checkpoints: CheckpointLoop,
}

/// What a stage starts from.
#[derive(Clone, Debug)]
pub struct StageConfig {
    pub start: Timestamp,
    pub seed: u64,
    pub world: WorldConfig,
    /// What goes wrong in the world.
    pub knobs: Knobs,
    /// Private hosts that the product may connect to, as `host:port`; mail servers have real sockets.
    pub allowed: Vec<String>,
}

impl StageConfig {
    /// A world in which people do only what they are told.
    #[must_use]
    pub fn quiet(start: Timestamp) -> Self {
        let mut world = WorldConfig::default();
        world.population.people = 0;
        world.population.adopt_unknown = true;
        world.population.magic_numbers = false;
        world.cloud.review_ms = (1_000, 2_000);
        // A phone that is off for hours would be a surprise; whoever wants one says so.
        let knobs = Knobs { slow_phones_percent: 0, ..Knobs::default() };
        Self { start, seed: 1, world, knobs, allowed: Vec::new() }
    }
}

impl Stage {
    /// Sets up a product in a data folder, with its WhatsApp and SMS senders connected to the world, two queues and example prices.
    pub async fn new(data: &Path, mut config: StageConfig) -> Result<Self> {
        config.world.cloud.callback_url = Some(format!("{PUBLIC_URL}/webhooks/whatsapp/{WHATSAPP}"));
        config.world.cloud.public_base = Some(format!("http://{CLOUD}"));
        for number in &mut config.world.twilio.numbers {
            number.sms_url = Some(format!("{PUBLIC_URL}/webhooks/twilio/{SMS}/inbound"));
        }
        let clock = Arc::new(StageClock::at(config.start));
        let sink = Arc::new(LateSink::default());
        let simulator = Simulator::new(World::new(config.world.clone(), config.seed), clock.clone(), sink.clone());
        simulator.with(|world| world.set_knobs(config.knobs));
        let hooks = Hooks::new(clock.clone());
        let stage = Self::on(
            data,
            None,
            Outside { clock, simulator, hooks, sink, readers: Readers::default(), allowed: config.allowed.clone() },
            config.seed,
        )
        .await?;
        stage.set_up(&config.world).await?;
        Ok(stage)
    }

    /// Starts the product on a data folder, in a world that is there already.
    async fn on(data: &Path, address: Option<StoreAddress>, outside: Outside, seed: u64) -> Result<Self> {
        let Outside { clock, simulator, hooks, sink, readers, allowed } = outside;
        let transport = RouterTransport::new()
            .host(CLOUD, simulator.cloud_router())
            .host(TWILIO, simulator.twilio_router())
            .host(TELNYX, simulator.telnyx_router())
            .host(RBM, simulator.rbm_router())
            .host(HOOKS, hooks.router());
        let parts = Parts {
            data: data.to_owned(),
            address,
            media: None,
            bucket: None,
            node: NodeChoice { alone: true, ..NodeChoice::default() },
            public_url: PUBLIC_URL.to_owned(),
            demo: false,
            clock: clock.clone(),
            transport: Arc::new(transport),
            guard: Guard::allowing(allowed.iter().map(String::as_str)),
            names: None,
            seed: Some(seed),
            speed: Box::new(|| 1.0),
            store: storage_sqlite::Options::default(),
        };
        let app = App::build(parts).await?;
        let router = api::router(app.api.clone());
        sink.connect(router.clone());
        let loops = Loops::of(&app);
        Ok(Self { app, simulator, clock, hooks, router, loops, sink, readers, allowed, seed })
    }

    async fn set_up(&self, world: &WorldConfig) -> Result<()> {
        let engine = &self.app.engine;
        let now = engine.now();
        let workspace = WorkspaceDoc { id: WORKSPACE, name: "Stage".to_owned(), default_queue: "inbox".to_owned(), created_at: now };
        engine.set_up(&workspace, &[queue("front_desk"), queue("inbox")]).await?;
        for account in accounts(world)? {
            engine.store().put(WORKSPACE, &AccountDoc(account), 0, now).await?;
        }
        let rulebook = Rulebook {
            rates: serde_json::from_str(RATES).context("the sample rates")?,
            home_countries: vec!["US".to_owned()],
            ..Rulebook::default()
        };
        engine.store().put(WORKSPACE, &RulebookDoc { rulebook, updated_by: "stage".to_owned() }, 0, now).await?;
        engine.reload(WORKSPACE).await?;
        Ok(())
    }

    /// Adds queues that are not there yet.
    pub async fn queues(&self, ids: impl IntoIterator<Item = &str>) -> Result<()> {
        let store = self.app.engine.store();
        for id in ids {
            if store.get::<QueueDoc>(WORKSPACE, id).await?.is_none() {
                store.put(WORKSPACE, &QueueDoc(queue(id)), 0, self.app.engine.now()).await?;
            }
        }
        Ok(self.app.engine.reload(WORKSPACE).await?)
    }

    /// From now on (or no longer) this person looks at what reaches their WhatsApp, seconds after it came.
    pub fn reads(&mut self, person: PersonId, reads: bool) {
        if reads {
            self.readers.add(person);
        } else {
            self.readers.remove(person);
        }
    }

    /// Changes the rulebook in force.
    pub async fn rules(&self, change: impl FnOnce(&mut Rulebook)) -> Result<()> {
        let store = self.app.engine.store();
        let mut stored = store.get::<RulebookDoc>(WORKSPACE, only()).await?.context("the stage has no rulebook")?;
        change(&mut stored.value.rulebook);
        store.put(WORKSPACE, &stored.value, stored.version, self.app.engine.now()).await?;
        Ok(self.app.engine.reload(WORKSPACE).await?)
    }

    /// Writes templates, hands them to the provider, and waits until they are approved.
    pub async fn templates(&mut self, templates: Vec<model::template::Template>) -> Result<()> {
        use api::Engine as _;
        let ids: Vec<_> = templates.iter().map(|template| template.id).collect();
        for template in templates {
            self.app.engine.store().put(WORKSPACE, &TemplateDoc(template), 0, self.app.engine.now()).await?;
        }
        self.app.engine.reload(WORKSPACE).await?;
        for id in ids {
            self.app.backend.submit_template(WORKSPACE, id, None).await.map_err(|error| anyhow::anyhow!("{error}"))?;
        }
        self.advance(Millis::from_secs(10)).await
    }

    /// Publishes a journey; what is wrong with it becomes the error.
    pub async fn publish(&self, file: &str, source: &str) -> Result<Arc<journey::Journey>> {
        match self.app.engine.publish_journey(WORKSPACE, file, source, "stage").await? {
            Publication::Done(journey) => Ok(journey),
            Publication::Refused(found) => {
                anyhow::bail!("{}", found.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n"))
            }
        }
    }

    /// Does everything that is due at the present moment, until nothing is left to do; answers when the next thing is due.
    pub async fn settle(&mut self) -> Result<Option<Timestamp>> {
        self.work(true).await
    }

    async fn work(&mut self, product: bool) -> Result<Option<Timestamp>> {
        let now = self.clock_now();
        let mut next: BTreeMap<&str, Option<Timestamp>> = BTreeMap::new();
        // Each round may cause the next: a send, its status, an answer to it. Three rounds without work end it.
        for _ in 0..10_000 {
            let delivered = self.simulator.deliver(1).await;
            if product {
                next.insert("timers", self.loops.timers.tick(now).await?);
                next.insert("withdrawals", self.loops.withdrawals.tick(now).await?);
                next.insert("broadcasts", self.loops.broadcasts.tick(now).await?);
                next.insert("dispatcher", self.loops.dispatcher.tick(now).await?);
                next.insert("settle", self.loops.settle.tick(now).await?);
                next.insert("deliveries", self.due_delivery(now).await?);
                next.insert("media", self.loops.media.tick(now).await?);
                next.insert("checkpoints", self.loops.checkpoints.tick(now).await?);
            }
            next.insert("readers", self.readers.tick(&self.simulator, now));
            next.insert("world", self.simulator.tick());
            let due_now = next.values().flatten().any(|at| *at <= now);
            if delivered == 0 && !due_now {
                return Ok(next.values().flatten().min().copied());
            }
        }
        anyhow::bail!("the stage never comes to rest at {now}")
    }

    /// Deliveries say when to look again without knowing whether there is anything; the stage looks at the rows themselves.
    async fn due_delivery(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.loops.deliveries.tick(now).await?;
        let later = self.app.engine.store().due_deliveries(Timestamp::MAX, 1).await?;
        Ok(later.first().map(|delivery| delivery.next_at))
    }

    /// Lets the clock run; everything that comes due on the way happens at its moment.
    pub async fn advance(&mut self, span: Millis) -> Result<()> {
        let to = self.clock_now() + span;
        self.advance_to(to).await
    }

    pub async fn advance_to(&mut self, to: Timestamp) -> Result<()> {
        self.run_to(to, true).await
    }

    async fn run_to(&mut self, to: Timestamp, product: bool) -> Result<()> {
        for _ in 0..MOMENTS_MAX {
            let next = self.work(product).await?;
            let now = self.clock_now();
            if now >= to {
                return Ok(());
            }
            let next = next.unwrap_or(to).max(now + Millis(1)).min(to);
            self.clock.set(next);
        }
        anyhow::bail!("too much happens before {to}")
    }

    /// The world goes on while the product is stopped; then the product starts again on the same store. Providers find nobody
    /// meanwhile and try again by their own schedules.
    pub async fn downtime(self, data: &Path, span: Millis) -> Result<Self> {
        self.leave(span).await?.come_back(data).await
    }

    /// The product stops, and the world goes on.
    pub async fn leave(mut self, span: Millis) -> Result<Away> {
        let to = self.clock_now() + span;
        self.sink.disconnect();
        self.run_to(to, false).await?;
        let outside = Outside {
            clock: Arc::clone(&self.clock),
            simulator: self.simulator.clone(),
            hooks: self.hooks.clone(),
            sink: Arc::clone(&self.sink),
            readers: self.readers.clone(),
            allowed: self.allowed.clone(),
        };
        let seed = self.seed + 1;
        // The store lets go of its file only when nobody holds it any more.
        drop(self);
        Ok(Away { outside, seed })
    }

    #[must_use]
    pub fn clock_now(&self) -> Timestamp {
        self.app.engine.now()
    }
}

/// What is there whether or not the product runs.
struct Outside {
    clock: Arc<StageClock>,
    simulator: Simulator,
    hooks: Hooks,
    sink: Arc<LateSink>,
    readers: Readers,
    allowed: Vec<String>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.sink.disconnect();
    }
}

fn queue(id: &str) -> Queue {
    Queue { id: id.to_owned(), title: id.to_owned(), first_reply_within: Some(Millis::from_mins(30)) }
}

impl Loops {
    fn of(app: &App) -> Self {
        let engine = &app.engine;
        let dispatcher = Dispatcher::new(Arc::clone(engine), Spawning::Inline);
        let active = dispatcher.activity();
        Self {
            timers: TimerLoop::new(Arc::clone(engine)),
            withdrawals: WithdrawLoop::new(Arc::clone(engine)),
            broadcasts: BroadcastLoop::new(Arc::clone(engine)),
            dispatcher,
            settle: SettleLoop::new(Arc::clone(engine), Box::new(active)),
            deliveries: DeliveryLoop::new(Arc::clone(engine)),
            media: MediaLoop::new(Arc::clone(engine), app.media.clone()),
            checkpoints: CheckpointLoop::new(Arc::clone(engine)),
        }
    }
}

fn accounts(world: &WorldConfig) -> Result<[Account; 2]> {
    let number = world.cloud.numbers.first().context("the world has no WhatsApp number")?;
    let sms = world.twilio.numbers.first().context("the world has no SMS number")?;
    let token = world.cloud.tokens.first().context("the world accepts no token")?;
    let sender = |id, channel, address: &str, provider_ref: &str, per_second| Sender {
        id,
        channel,
        name: format!("{channel}"),
        address: address.to_owned(),
        provider_ref: provider_ref.to_owned(),
        status: SenderStatus::Active,
        per_second,
    };
    let whatsapp = WhatsappAccount {
        phone_number_id: number.id.clone(),
        waba_id: world.cloud.waba_id.clone(),
        access_token: Secret::new(token),
        app_secret: Secret::new(&world.cloud.app_secret),
        verify_token: Secret::new("stage-verify-token"),
        base_url: format!("http://{CLOUD}"),
        graph_version: "v26.0".to_owned(),
        read_receipts: true,
        dataset_id: Some(simulator::DATASET.to_owned()),
    };
    let twilio = TwilioAccount {
        account_sid: world.twilio.account_sid.clone(),
        auth_token: Secret::new(&world.twilio.auth_token),
        signing_key: None,
        from: Some(sms.phone.clone()),
        messaging_service_sid: None,
        base_url: format!("http://{TWILIO}"),
        public_url: PUBLIC_URL.to_owned(),
    };
    Ok([
        Account {
            workspace: WORKSPACE,
            sender: sender(WHATSAPP, Channel::Whatsapp, &number.phone, &number.id, number.throughput_mps),
            provider: Provider::WhatsappCloud(whatsapp),
        },
        Account { workspace: WORKSPACE, sender: sender(SMS, Channel::Sms, &sms.phone, &sms.phone, 10), provider: Provider::Twilio(twilio) },
    ])
}
