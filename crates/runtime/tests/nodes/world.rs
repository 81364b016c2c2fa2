//! Nodes that are ticked by hand, over one store, and a provider that writes down what it got. On PostgreSQL each node has a store object and a
//! core of its own, as each process would; an embedded store is one object, which they are told to share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use channel::{
    Account, Adapter, CapabilitySheet, FetchedMedia, Inlet, Limits, Provider, ProviderKind, Secret, Settled, Stop, TwilioAccount,
};
use decide::Core;
use http_client::RouterTransport;
use model::content::{Content, ContentKind};
use model::inbound::InboundMedia;
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::sender::{Sender, SenderStatus};
use model::signal::{MessageRequest, SendOutcome, SignalBody, Target};
use model::{AddressKey, Channel, Clock, Message, MessageId, Millis, Purpose, SenderId, Timestamp, WorkspaceId};
use postgres_server::Database;
use runtime::documents::{AccountDoc, RELOADED, WorkspaceDoc};
use runtime::{
    Adapters, CatalogueFollower, Dispatcher, Duty, Engine, LeaseKeeper, LeaseTimes, LineLoop, NewSignal, NodeOptions, Place, Roles,
    SettleLoop, Spawning, Tenure, TimeSource,
};
use storage::{DocumentExt, MessageFilter, Page, Store};
use storage_postgres::{PostgresStore, Settings};
use storage_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

pub const WS: WorkspaceId = WorkspaceId::from_u128(1);
/// Early afternoon in New York.
const START: Timestamp = Timestamp::from_secs(1_780_336_800);
/// Between two looks at everything.
const STEP: Millis = Millis(50);
pub const LEASE: Millis = Millis::from_secs(10);
/// Messages a second that each sender may send.
pub const RATE: u32 = 20;

/// A clock that tests move.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl TimeSource for HandClock {
    async fn sleep_until(&self, _at: Timestamp) {
        std::future::pending::<()>().await;
    }
}

/// What the provider got: when, which message, by which sender, from which node.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    pub at: Timestamp,
    pub message: MessageId,
    pub sender: SenderId,
    pub node: &'static str,
}

/// One node's way to the provider.
struct Wire {
    node: &'static str,
    clock: Arc<HandClock>,
    got: Arc<Mutex<Vec<Got>>>,
    lines: Lines,
}

/// Which nodes hold a line for a sender now.
pub type Lines = Arc<Mutex<BTreeMap<SenderId, Vec<&'static str>>>>;

/// Writes down that a line is held for as long as it lives, however it ends.
struct Holding<'a> {
    wire: &'a Wire,
    sender: SenderId,
}

impl<'a> Holding<'a> {
    fn new(wire: &'a Wire, sender: SenderId) -> Self {
        wire.lines.lock().unwrap().entry(sender).or_default().push(wire.node);
        Self { wire, sender }
    }
}

impl Drop for Holding<'_> {
    fn drop(&mut self) {
        self.wire.lines.lock().unwrap().entry(self.sender).or_default().retain(|node| *node != self.wire.node);
    }
}

static SHEET: CapabilitySheet = CapabilitySheet {
    channel: Channel::Sms,
    carries: &[ContentKind::Text],
    read_receipts: false,
    presence: false,
    revocable: false,
    windowed: false,
    limits: Limits { text_max: 1_600, buttons_max: 0, button_title_max: 0, list_rows_max: 0 },
};

#[async_trait]
impl Adapter for Wire {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        let mut got = self.got.lock().unwrap();
        got.push(Got { at: self.clock.now(), message: decision.message(), sender: account.sender.id, node: self.node });
        SendOutcome::Accepted { provider_id: format!("SM{}", got.len()), learnt: Vec::new() }
    }

    fn holds_lines(&self) -> bool {
        true
    }

    async fn serve(&self, account: Arc<Account>, inlet: Arc<dyn Inlet>, stop: Stop) {
        let _holding = Holding::new(self, account.sender.id);
        inlet.keep("node", self.node.into()).await.unwrap();
        inlet.keep(self.node, true.into()).await.unwrap();
        stop.await;
    }

    async fn settle(&self, _account: &Account, _message: &Message) -> Settled {
        Settled::NotSupported
    }

    async fn fetch_media(&self, _account: &Account, _media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        Err(SendError {
            remedy: Remedy::FixData,
            cause: FallbackCause::Rejected,
            code: "none".to_owned(),
            for_user: "no media here".to_owned(),
        })
    }
}

/// A node and its loops.
pub struct Running {
    pub name: &'static str,
    pub engine: Arc<Engine>,
    pub core: Arc<Core>,
    pub keeper: LeaseKeeper,
    dispatcher: Dispatcher,
    settle: SettleLoop,
    lines: LineLoop,
    follower: CatalogueFollower,
    next_beat: Timestamp,
    next_look: Timestamp,
    next_settle: Timestamp,
    /// Neither dead nor alive: the process stands still.
    pub paused: bool,
}

pub struct World {
    pub clock: Arc<HandClock>,
    pub store: Arc<dyn Store>,
    pub nodes: BTreeMap<&'static str, Running>,
    got: Arc<Mutex<Vec<Got>>>,
    lines: Lines,
    store_at: StoreAt,
    /// The machine of all nodes.
    folder: TempDir,
}

/// Where the store is.
enum StoreAt {
    /// One object, whose steps decide by the first node's core.
    File(Arc<Core>),
    Database(Database),
}

async fn open(database: &Database, core: &Arc<Core>) -> Arc<dyn Store> {
    let store = PostgresStore::open(Settings::parse(database.url()).unwrap(), core.clone()).await;
    Arc::new(store.unwrap())
}

impl World {
    /// A store in a file, with a workspace and so many senders, and no node yet.
    pub async fn new(senders: u128) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let core = Arc::new(Core::new());
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path().join("x.db"), Options::default(), core.clone()).unwrap());
        Self::set_up(store, core.clone(), StoreAt::File(core), folder, senders).await
    }

    /// The same on a PostgreSQL server.
    pub async fn on_postgres(senders: u128) -> Self {
        let database = postgres_server::database().unwrap();
        let core = Arc::new(Core::made_from(RELOADED));
        let store = open(&database, &core).await;
        Self::set_up(store, core, StoreAt::Database(database), tempfile::tempdir().unwrap(), senders).await
    }

    async fn set_up(store: Arc<dyn Store>, core: Arc<Core>, store_at: StoreAt, folder: TempDir, senders: u128) -> Self {
        let clock = Arc::new(HandClock(AtomicI64::new(START.as_millis())));
        let world = Self { clock, store, nodes: BTreeMap::new(), got: Arc::default(), lines: Arc::default(), store_at, folder };
        let setting_up = world.engine("set-up", Arc::clone(&world.store), core);
        let workspace = WorkspaceDoc { id: WS, name: "Test".to_owned(), default_queue: "inbox".to_owned(), created_at: START };
        setting_up.set_up(&workspace, &[]).await.unwrap();
        for n in 1..=senders {
            world.store.put(WS, &AccountDoc(account(SenderId::from_u128(n))), 0, START).await.unwrap();
        }
        setting_up.reload(WS).await.unwrap();
        world
    }

    fn engine(&self, name: &'static str, store: Arc<dyn Store>, core: Arc<Core>) -> Arc<Engine> {
        let wire =
            Arc::new(Wire { node: name, clock: Arc::clone(&self.clock), got: Arc::clone(&self.got), lines: Arc::clone(&self.lines) });
        let adapters = Adapters::new(Arc::new(RouterTransport::new())).with(ProviderKind::Twilio, wire);
        // Names of processes end in a number: `a`, `a2`, `a3` have the place of `a` one after the other.
        let place = Place::take(self.folder.path(), name.trim_end_matches(char::is_numeric), name).unwrap().map(Arc::new);
        let options = NodeOptions { id: name.to_owned(), roles: Roles::ALL, times: LeaseTimes::of(LEASE), shared: true, place };
        let seed = name.bytes().map(u64::from).sum();
        Arc::new(Engine::seeded(store, core, self.clock.clone(), adapters, seed).as_node(options))
    }

    /// Starts a node. Each has a catalogue of its own.
    pub async fn start(&mut self, name: &'static str) {
        let (store, core) = match &self.store_at {
            StoreAt::File(core) if self.nodes.is_empty() => (Arc::clone(&self.store), Arc::clone(core)),
            StoreAt::File(_) => (Arc::clone(&self.store), Arc::new(Core::new())),
            StoreAt::Database(database) => {
                let core = Arc::new(Core::made_from(RELOADED));
                (open(database, &core).await, core)
            }
        };
        let engine = self.engine(name, store, Arc::clone(&core));
        engine.listen();
        engine.load_all().await.unwrap();
        let dispatcher = Dispatcher::new(Arc::clone(&engine), Spawning::Inline);
        let settle = SettleLoop::new(Arc::clone(&engine), Box::new(dispatcher.activity()));
        let lines = LineLoop::new(Arc::clone(&engine));
        let now = self.clock.now();
        let running = Running {
            name,
            keeper: LeaseKeeper::new(Arc::clone(&engine)),
            follower: CatalogueFollower::new(Arc::clone(&engine)),
            engine,
            core,
            dispatcher,
            settle,
            lines,
            next_beat: now,
            next_look: now,
            next_settle: now,
            paused: false,
        };
        self.nodes.insert(name, running);
    }

    /// As [`World::kill`], and the operating system has taken back what the process had: its locks are free.
    pub async fn bury(&mut self, name: &str) {
        let engine = Arc::downgrade(&self.nodes.get(name).expect("the node runs").engine);
        self.kill(name);
        for _ in 0..10_000 {
            if engine.strong_count() == 0 {
                return;
            }
            // Tasks that are aborted end when the runtime comes to them, in real time.
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        panic!("something of {name} lives on");
    }

    /// As `kill -9`: nothing is released, nothing is finished.
    pub fn kill(&mut self, name: &str) {
        self.nodes.remove(name).expect("the node runs");
    }

    /// As SIGSTOP and SIGCONT.
    pub fn pause(&mut self, name: &str, paused: bool) {
        self.nodes.get_mut(name).expect("the node runs").paused = paused;
    }

    /// As a polite stop.
    pub async fn stop(&mut self, name: &str) {
        self.nodes.remove(name).expect("the node runs").keeper.release().await.unwrap();
    }

    /// Lets time pass, with all loops of all nodes.
    pub async fn pass(&mut self, long: Millis) {
        let until = self.clock.now() + long;
        while self.clock.now() < until {
            self.clock.0.fetch_add(STEP.0, Ordering::SeqCst);
            for node in self.nodes.values_mut().filter(|node| !node.paused) {
                node.tick(self.clock.now()).await;
            }
        }
    }

    /// Lets time pass until something holds, at most so long.
    pub async fn pass_until(&mut self, most: Millis, holds: impl Fn(&Self) -> bool) -> Millis {
        let begin = self.clock.now();
        while !holds(self) {
            assert!(self.clock.now() - begin < most, "it did not come to pass in {most:?}");
            self.pass(STEP).await;
        }
        self.clock.now() - begin
    }

    /// Queues a message to each of so many people by a sender, through any node.
    pub async fn ask(&self, through: &str, sender: SenderId, people: std::ops::Range<u32>) {
        let asked: Vec<NewSignal> = people
            .map(|n| {
                let content = Content::text("Your table is ready.");
                let draft = ChannelDraft {
                    channel: Channel::Sms,
                    sender: Some(sender),
                    address: None,
                    in_window: Some(Rendered::Ready(content)),
                    out_of_window: None,
                };
                let request = MessageRequest {
                    origin: Origin::Api { key: "test".to_owned() },
                    class: Class::Transactional,
                    purpose: Purpose::Transactional,
                    topic: None,
                    channels: vec![draft],
                    max_lateness: None,
                };
                let keys = vec![AddressKey::phone(format!("+1202555{n:04}"))];
                NewSignal::new(WS, Target::Addresses { keys, create: true }, "test", SignalBody::Request(Box::new(request)))
            })
            .collect();
        self.nodes[through].engine.submit(asked).await.unwrap();
    }

    /// Who holds a sender's line; two at once fail the test.
    pub fn line_holder(&self, sender: SenderId) -> Option<&'static str> {
        let holders = self.lines.lock().unwrap().get(&sender).cloned().unwrap_or_default();
        assert!(holders.len() <= 1, "the line of {sender} is held by {holders:?}");
        holders.first().copied()
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn got_by(&self, node: &str) -> usize {
        self.got().iter().filter(|got| got.node == node).count()
    }

    pub fn tenure(&self, node: &str, duty: Duty) -> Option<Tenure> {
        self.nodes[node].engine.on_duty(duty)
    }

    /// Which node has a duty; two at once fail the test.
    pub fn holder(&self, duty: Duty) -> Option<&'static str> {
        let holders: Vec<_> =
            self.nodes.values().filter(|node| !node.paused && node.engine.on_duty(duty).is_some()).map(|node| node.name).collect();
        assert!(holders.len() <= 1, "{duty} is held by {holders:?}");
        holders.first().copied()
    }

    pub async fn messages(&self) -> Vec<Message> {
        self.store.messages(WS, MessageFilter::default(), Page::first(10_000)).await.unwrap().items
    }

    /// The most messages of a sender in any second.
    pub fn fastest_second(&self, sender: SenderId) -> usize {
        let at: Vec<i64> = self.got().iter().filter(|got| got.sender == sender).map(|got| got.at.as_millis()).collect();
        at.iter().map(|begin| at.iter().filter(|other| (*begin..*begin + 1_000).contains(*other)).count()).max().unwrap_or(0)
    }

    pub fn assert_nothing_twice(&self) {
        let mut seen = std::collections::BTreeSet::new();
        for got in self.got() {
            assert!(seen.insert(got.message), "{got:?} went twice");
        }
    }
}

impl Running {
    async fn tick(&mut self, now: Timestamp) {
        if now >= self.next_beat {
            self.next_beat = self.keeper.tick(now).await.unwrap().expect("a keeper always comes back");
        }
        if now >= self.next_look {
            self.next_look = self.follower.tick(now).await.unwrap().expect("a follower always comes back");
        }
        self.dispatcher.tick(now).await.unwrap();
        self.lines.tick(now).await.unwrap();
        if now >= self.next_settle {
            self.settle.tick(now).await.unwrap();
            self.next_settle = now + Millis::from_secs(5);
        }
    }

    /// One hand-off round without anything else: what a process does that wakes up in the middle.
    pub async fn dispatch(&mut self, now: Timestamp) {
        self.dispatcher.tick(now).await.unwrap();
    }

    /// Looks at documents as after a notice, a little later.
    pub async fn look(&mut self, later: Millis) {
        self.follower.tick(self.engine.now() + later).await.unwrap();
    }
}

pub fn account(id: SenderId) -> Account {
    let sender = Sender {
        id,
        channel: Channel::Sms,
        name: format!("Sender {id}"),
        address: "+12025550100".to_owned(),
        provider_ref: "+12025550100".to_owned(),
        status: SenderStatus::Active,
        per_second: RATE,
    };
    let twilio = TwilioAccount {
        account_sid: "AC0".to_owned(),
        auth_token: Secret::new("token"),
        signing_key: None,
        from: Some("+12025550100".to_owned()),
        messaging_service_sid: None,
        base_url: "https://api.example.com".to_owned(),
        public_url: "https://antiphon.example.com".to_owned(),
    };
    Account { workspace: WS, sender, provider: Provider::Twilio(twilio) }
}
