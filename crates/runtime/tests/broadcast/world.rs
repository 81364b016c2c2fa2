//! A product that is ticked by hand over an embedded store, many contacts, and a provider that writes down what it got.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use channel::{Account, Adapter, CapabilitySheet, FetchedMedia, Limits, Provider, ProviderKind, Secret, Settled, TwilioAccount};
use decide::Core;
use http_client::RouterTransport;
use model::broadcast::{Broadcast, BroadcastState, GuardSettings, Progress, Recipient, RecipientState};
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::content::{Content, ContentKind};
use model::inbound::{InboundContent, InboundMedia, InboundMessage};
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::sender::{Sender, SenderStatus};
use model::signal::{MessageRequest, SendOutcome, SignalBody, Target};
use model::{AddressKey, BroadcastId, Channel, Clock, ContactId, Message, Millis, Purpose, SenderId, Timestamp, UserId, WorkspaceId};
use postgres_server::Database;
use runtime::documents::{AccountDoc, RulebookDoc, WorkspaceDoc};
use runtime::{
    Adapters, BroadcastAsk, BroadcastLoop, BroadcastPublication, Dispatcher, Engine, LeaseTimes, NewSignal, NodeOptions, Roles, Spawning,
    TimeSource,
};
use storage::{DocumentExt, Page, Store};
use storage_postgres::{PostgresStore, Settings};
use storage_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

pub const WS: WorkspaceId = WorkspaceId::from_u128(1);
pub const AUTHOR: UserId = UserId::from_u128(1);
pub const OTHER: UserId = UserId::from_u128(2);
pub const OFFER: BroadcastId = BroadcastId::from_u128(77);
const SENDER: SenderId = SenderId::from_u128(7);
/// Early afternoon in New York.
pub const START: Timestamp = Timestamp::from_secs(1_780_336_800);

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

/// The provider: who got what, in order.
#[derive(Default)]
struct Wire(Mutex<Vec<(ContactId, String)>>);

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

    async fn send(&self, _account: &Account, decision: &policy::Decision) -> SendOutcome {
        let mut got = self.0.lock().unwrap();
        got.push((decision.contact(), decision.content().summary()));
        SendOutcome::Accepted { provider_id: format!("SM{}", got.len()), learnt: Vec::new() }
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

pub struct World {
    clock: Arc<HandClock>,
    wire: Arc<Wire>,
    place: Place,
    product: Option<Product>,
    starts: u64,
}

/// Where the store is.
enum Place {
    File(TempDir),
    Postgres(Database),
}

/// What dies with the process.
struct Product {
    engine: Arc<Engine>,
    broadcasts: BroadcastLoop,
    dispatcher: Dispatcher,
}

impl World {
    /// A workspace with one sender of this rate, and its limits for broadcasts.
    pub async fn new(per_second: u32, guard: GuardSettings) -> Self {
        Self::at(Place::File(tempfile::tempdir().unwrap()), per_second, guard).await
    }

    /// The same over a PostgreSQL database of its own.
    pub async fn on_postgres(per_second: u32, guard: GuardSettings) -> Self {
        Self::at(Place::Postgres(postgres_server::database().unwrap()), per_second, guard).await
    }

    async fn at(place: Place, per_second: u32, guard: GuardSettings) -> Self {
        let clock = Arc::new(HandClock(AtomicI64::new(START.as_millis())));
        let mut world = Self { clock, wire: Arc::default(), place, product: None, starts: 0 };
        world.start().await;
        let engine = world.engine();
        let workspace = WorkspaceDoc { id: WS, name: "Test".to_owned(), default_queue: "inbox".to_owned(), created_at: START };
        engine.set_up(&workspace, &[]).await.unwrap();
        let sender = Sender {
            id: SENDER,
            channel: Channel::Sms,
            name: "Texts".to_owned(),
            address: "+12025550100".to_owned(),
            provider_ref: "AC1".to_owned(),
            status: SenderStatus::Active,
            per_second,
        };
        let twilio = TwilioAccount {
            account_sid: "AC1".to_owned(),
            auth_token: Secret::new("secret"),
            signing_key: None,
            from: Some("+12025550100".to_owned()),
            messaging_service_sid: None,
            base_url: "https://api.example.com".to_owned(),
            public_url: "https://antiphon.example.com".to_owned(),
        };
        let account = Account { workspace: WS, sender, provider: Provider::Twilio(twilio) };
        engine.store().put(WS, &AccountDoc(account), 0, START).await.unwrap();
        let mut rulebook = policy::Rulebook { broadcasts: guard, ..policy::Rulebook::default() };
        rulebook.home_countries = vec!["US".to_owned()];
        engine.store().put(WS, &RulebookDoc { rulebook, updated_by: "test".to_owned() }, 0, START).await.unwrap();
        engine.reload(WS).await.unwrap();
        world
    }

    /// Starts the process, on what is in the store.
    pub async fn start(&mut self) {
        self.starts += 1;
        let core = Arc::new(Core::new());
        let store: Arc<dyn Store> = match &self.place {
            Place::File(folder) => Arc::new(SqliteStore::open(folder.path().join("x.db"), Options::default(), core.clone()).unwrap()),
            Place::Postgres(database) => {
                Arc::new(PostgresStore::open(Settings::parse(database.url()).unwrap(), core.clone()).await.unwrap())
            }
        };
        let wire = Arc::clone(&self.wire);
        let adapters = Adapters::new(Arc::new(RouterTransport::new())).with(ProviderKind::Twilio, wire);
        // The only node, on whatever store: nobody waits for leases of a process that died.
        let options = NodeOptions {
            id: "one".to_owned(),
            roles: Roles::ALL,
            times: LeaseTimes::of(Millis::from_secs(10)),
            shared: false,
            place: None,
        };
        let engine = Arc::new(Engine::seeded(store, core, self.clock.clone(), adapters, self.starts).as_node(options));
        engine.load_all().await.unwrap();
        let broadcasts = BroadcastLoop::new(Arc::clone(&engine));
        let dispatcher = Dispatcher::new(Arc::clone(&engine), Spawning::Inline);
        self.product = Some(Product { engine, broadcasts, dispatcher });
    }

    /// As `kill -9`: nothing is finished.
    pub fn kill(&mut self) {
        self.product = None;
    }

    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.product.as_ref().unwrap().engine)
    }

    /// So many contacts with consent, numbered from `from`.
    pub async fn people(&self, from: u32, many: u32) -> Vec<ContactId> {
        let engine = self.engine();
        let target = |n: u32| Target::Addresses { keys: vec![phone(n)], create: true };
        let mut contacts = Vec::new();
        for chunk in (from..from + many).collect::<Vec<_>>().chunks(500) {
            let signals =
                chunk.iter().map(|n| NewSignal::new(WS, target(*n), "test", SignalBody::Consent(consent(*n, ConsentState::OptedIn))));
            for outcome in engine.submit(signals.collect()).await.unwrap() {
                let storage::StepOutcome::Applied(applied) = outcome else { panic!("{outcome:?}") };
                contacts.push(applied.contact);
            }
        }
        contacts
    }

    pub async fn signal(&self, contact: ContactId, body: SignalBody) {
        self.engine().submit(vec![NewSignal::new(WS, Target::Contact(contact), "test", body)]).await.unwrap();
    }

    pub async fn opt_out(&self, n: u32, contact: ContactId) {
        self.signal(contact, SignalBody::Consent(consent(n, ConsentState::OptedOut))).await;
    }

    /// They write a text message.
    pub async fn says(&self, n: u32, contact: ContactId, text: &str) {
        let inbound = InboundMessage {
            channel: Channel::Sms,
            sender: SENDER,
            provider_id: format!("in-{n}-{text}"),
            from: vec![phone(n)],
            profile_name: None,
            content: InboundContent::Text { body: text.to_owned() },
            in_reply_to: None,
            referral: None,
            sent_at: self.clock.now(),
        };
        self.signal(contact, SignalBody::Inbound(inbound)).await;
    }

    /// An urgent message to one person.
    pub async fn transactional(&self, contact: ContactId) {
        let text = model::content::Text { body: "Your code is 1234".to_owned(), preview_url: false };
        let draft = ChannelDraft {
            channel: Channel::Sms,
            sender: None,
            address: None,
            in_window: Some(Rendered::Ready(Content::Text(text))),
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
        self.signal(contact, SignalBody::Request(Box::new(request))).await;
    }

    pub async fn write(&self, source: &str) {
        match self.engine().create_broadcast(WS, OFFER, source, AUTHOR, "user:author").await.unwrap() {
            BroadcastPublication::Done(_) => {}
            BroadcastPublication::Refused(found) => panic!("{found:?}"),
        }
    }

    pub async fn ask(&self, ask: BroadcastAsk) -> Result<Broadcast, runtime::BroadcastError> {
        self.engine().ask_broadcast(WS, OFFER, &ask, "user:author", None).await
    }

    pub async fn broadcast(&self) -> Broadcast {
        self.engine().broadcast(WS, OFFER).await.unwrap().value
    }

    pub async fn state(&self) -> BroadcastState {
        self.broadcast().await.state
    }

    pub async fn progress(&self) -> Progress {
        self.engine().broadcast_progress(WS, OFFER).await.unwrap()
    }

    /// One look of the broadcast loop; whether it wants to go on at once.
    pub async fn tick(&mut self) -> bool {
        let now = self.clock.now();
        let next = self.product.as_mut().unwrap().broadcasts.tick(now).await.unwrap();
        next.is_some_and(|at| at <= now)
    }

    /// One look of this loop and of another node's that believes to have the same duty, at the same time.
    pub async fn tick_with(&mut self, rival: &mut BroadcastLoop) {
        let now = self.clock.now();
        let (mine, other) = tokio::join!(self.product.as_mut().unwrap().broadcasts.tick(now), rival.tick(now));
        mine.unwrap();
        other.unwrap();
    }

    /// Looks until there is nothing to do at this moment.
    pub async fn plan(&mut self) {
        // Bounded, should the loop never come to rest.
        for _ in 0..100_000 {
            if !self.tick().await {
                return;
            }
        }
        panic!("the broadcast loop never comes to rest");
    }

    /// One look of the dispatcher.
    pub async fn dispatch(&mut self) {
        let now = self.clock.now();
        self.product.as_mut().unwrap().dispatcher.tick(now).await.unwrap();
    }

    /// Time goes on, with both loops at work.
    pub async fn run(&mut self, span: Millis, step: Millis) {
        let until = self.clock.now() + span;
        while self.clock.now() < until {
            self.plan().await;
            self.dispatch().await;
            self.clock.0.fetch_add(step.0, Ordering::SeqCst);
        }
        self.plan().await;
    }

    pub fn pass(&self, span: Millis) {
        self.clock.0.fetch_add(span.0, Ordering::SeqCst);
    }

    /// What the provider got, oldest first.
    pub fn got(&self) -> Vec<(ContactId, String)> {
        self.wire.0.lock().unwrap().clone()
    }

    /// Every row, and how often each state is there.
    pub async fn rows(&self) -> (Vec<Recipient>, BTreeMap<RecipientState, u64>) {
        let (mut rows, mut page) = (Vec::new(), Page::first(1_000));
        loop {
            let got = self.engine().store().recipients(WS, OFFER, None, page).await.unwrap();
            rows.extend(got.items);
            match got.next {
                Some(after) => page = Page { limit: 1_000, after: Some(after) },
                None => break,
            }
        }
        let mut states = BTreeMap::new();
        for row in &rows {
            *states.entry(row.state).or_default() += 1;
        }
        (rows, states)
    }

    /// Everybody has one explained end, the counters say the same as the rows, and nobody got it twice.
    pub async fn check_ends(&self, many: usize) {
        let (rows, states) = self.rows().await;
        assert_eq!(rows.len(), many);
        assert_eq!(self.progress().await.states, states);
        let mut got: Vec<ContactId> =
            self.got().into_iter().filter(|(_, text)| text.starts_with("Spring")).map(|(contact, _)| contact).collect();
        let calls = got.len();
        got.sort_unstable();
        got.dedup();
        assert_eq!(got.len(), calls, "somebody got it twice");
        for row in rows {
            assert!(row.state.is_settled(), "{row:?}");
            let reached = got.binary_search(&row.contact).is_ok();
            match row.state {
                RecipientState::Sent => assert!(reached && row.message.is_some() && row.decision.is_some(), "{row:?}"),
                _ => assert!(!reached && row.code.is_some() && row.reason.is_some(), "{row:?}"),
            }
        }
    }
}

pub fn phone(n: u32) -> AddressKey {
    AddressKey::phone(format!("+1202{:07}", 5_550_000 + n))
}

fn consent(n: u32, state: ConsentState) -> ConsentChange {
    ConsentChange {
        address: phone(n),
        channel: Some(Channel::Sms),
        purpose: Some(Purpose::Promotional),
        topic: None,
        state,
        act: if state == ConsentState::OptedIn { ConsentAct::FormSubmitted } else { ConsentAct::ApiRecorded },
        wording: None,
        source: "form:newsletter".to_owned(),
        actor: "contact".to_owned(),
        ip: None,
        user_agent: None,
        at: START,
        evidence: None,
    }
}
