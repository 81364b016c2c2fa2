//! One node that is ticked by hand, and a provider with limits of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use channel::{
    Account, Adapter, CapabilitySheet, FetchedMedia, Limits, Provider, ProviderKind, Secret, Settled, TwilioAccount, WhatsappAccount,
};
use decide::{Core, Queue};
use http_client::{HttpError, Request, Response, Transport};
use model::content::{Content, ContentKind};
use model::inbound::{InboundContent, InboundMedia, InboundMessage};
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::sender::{Sender, SenderStatus};
use model::signal::{MessageRequest, SendOutcome, SignalBody, Target};
use model::template::{Approval, ApprovalState, Template, TemplateText};
use model::{AddressKey, Channel, Clock, Message, MessageId, Millis, Purpose, SenderId, TemplateId, Timestamp, WorkspaceId};
use runtime::documents::{AccountDoc, QueueDoc, RulebookDoc, TemplateDoc, WorkspaceDoc, only};
use runtime::{Adapters, Dispatcher, Engine, HeartbeatLoop, NewSignal, Publication, SettleLoop, Spawning, TimeSource, TimerLoop};
use storage::{DocumentExt, MessageFilter, Page, StepOutcome, Store};
use storage_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

pub const WS: WorkspaceId = WorkspaceId::from_u128(1);
pub const WHATSAPP: SenderId = SenderId::from_u128(1);
pub const SMS: SenderId = SenderId::from_u128(2);
/// Another WhatsApp number, if a test wants one.
pub const OTHER: SenderId = SenderId::from_u128(3);
/// Late morning in New York.
pub const START: Timestamp = Timestamp::from_secs(1_780_326_000);
/// Messages a second that the provider allows the WhatsApp number; of the SMS number it allows as many.
pub const RATE: u32 = 80;
/// Rounds of a run; more means that something asks to be looked at for ever.
const ROUNDS_MAX: u32 = 4_000_000;

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

/// A call as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    pub at: Timestamp,
    pub message: MessageId,
    pub sender: SenderId,
    pub to: AddressKey,
    pub template: bool,
}

/// What the provider knows: a bucket of 80 that refills at 80 a second, and for each pair one message in six seconds with a burst of 45.
#[derive(Default)]
pub struct Book {
    pub got: Vec<Got>,
    /// Calls over the number's limit, and over a pair's.
    pub too_fast: usize,
    pub too_many_to_one: usize,
    level: BTreeMap<SenderId, (f64, Timestamp)>,
    pairs: BTreeMap<(SenderId, AddressKey), Timestamp>,
    /// Messages whose fate it can tell when it is asked, and how often it was asked about which.
    pub knows: BTreeSet<MessageId>,
    pub asked: BTreeMap<MessageId, u32>,
    /// Answers are lost.
    pub silent: bool,
    /// Addresses to which events were posted. Whatever has `hangs` in it gets no answer.
    pub posted: Vec<String>,
    /// Calls of this sender get no answer at all, for as long as the test lasts.
    pub stalled: Option<SenderId>,
    /// Media can be fetched, and for whom they were.
    pub has_media: bool,
    pub fetched: Vec<SenderId>,
}

impl Book {
    fn take(&mut self, call: Got) {
        let now = call.at;
        let (level, at) = self.level.get(&call.sender).copied().unwrap_or((f64::from(RATE), now));
        let level = (level + (now - at).0 as f64 * f64::from(RATE) / 1_000.0).min(f64::from(RATE));
        if level < 1.0 {
            self.too_fast += 1;
        }
        self.level.insert(call.sender, (level - 1.0, now));
        if call.sender != SMS {
            let earned = self.pairs.entry((call.sender, call.to.clone())).or_insert(now);
            *earned = (*earned).max(now) + Millis::from_secs(6);
            if (*earned - now).0 > 45 * 6_000 {
                self.too_many_to_one += 1;
            }
        }
        self.got.push(call);
    }
}

struct Wire {
    clock: Arc<HandClock>,
    book: Arc<Mutex<Book>>,
    sheet: &'static CapabilitySheet,
}

const fn sheet(channel: Channel, windowed: bool) -> CapabilitySheet {
    CapabilitySheet {
        channel,
        carries: if windowed { &[ContentKind::Text, ContentKind::Template] } else { &[ContentKind::Text] },
        read_receipts: false,
        presence: false,
        revocable: false,
        windowed,
        limits: Limits { text_max: 1_600, buttons_max: 0, button_title_max: 0, list_rows_max: 0 },
    }
}

static ON_WHATSAPP: CapabilitySheet = sheet(Channel::Whatsapp, true);
static BY_SMS: CapabilitySheet = sheet(Channel::Sms, false);

#[async_trait]
impl Adapter for Wire {
    fn capabilities(&self) -> &'static CapabilitySheet {
        self.sheet
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        let stalled = self.book.lock().unwrap().stalled == Some(account.sender.id);
        if stalled {
            std::future::pending::<()>().await;
        }
        let mut book = self.book.lock().unwrap();
        book.take(Got {
            at: self.clock.now(),
            message: decision.message(),
            sender: account.sender.id,
            to: decision.address().clone(),
            template: matches!(decision.content(), Content::Template(_)),
        });
        if book.silent {
            return SendOutcome::Unknown { detail: "no answer".to_owned() };
        }
        SendOutcome::Accepted { provider_id: format!("{}.{}", account.sender.id, book.got.len()), learnt: Vec::new() }
    }

    async fn settle(&self, _account: &Account, message: &Message) -> Settled {
        let mut book = self.book.lock().unwrap();
        *book.asked.entry(message.id).or_default() += 1;
        if book.knows.contains(&message.id) {
            let provider_id = format!("found.{}", message.id);
            return Settled::Found(SendOutcome::Accepted { provider_id, learnt: Vec::new() });
        }
        Settled::Unknown
    }

    async fn fetch_media(&self, account: &Account, _media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        let mut book = self.book.lock().unwrap();
        if book.has_media {
            book.fetched.push(account.sender.id);
            return Ok(FetchedMedia { bytes: vec![1, 2, 3], mime: "image/jpeg".to_owned() });
        }
        Err(SendError { remedy: Remedy::FixData, cause: FallbackCause::Rejected, code: "none".to_owned(), for_user: "no media".to_owned() })
    }
}

/// Other people's servers.
struct Hooks(Arc<Mutex<Book>>);

#[async_trait]
impl Transport for Hooks {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        self.0.lock().unwrap().posted.push(request.url.clone());
        if request.url.contains("hangs") {
            std::future::pending::<()>().await;
        }
        Ok(Response { status: http::StatusCode::OK, headers: http::HeaderMap::new(), body: Default::default() })
    }
}

/// The loops of a process; another one after each start.
pub struct Loops {
    pub timers: TimerLoop,
    pub dispatcher: Dispatcher,
    pub settle: SettleLoop,
    pub heartbeat: HeartbeatLoop,
}

pub struct World {
    pub clock: Arc<HandClock>,
    pub store: Arc<dyn Store>,
    pub core: Arc<Core>,
    pub engine: Arc<Engine>,
    pub loops: Loops,
    pub book: Arc<Mutex<Book>>,
    starts: u64,
    _folder: TempDir,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let core = Arc::new(Core::new());
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path().join("x.db"), Options::default(), core.clone()).unwrap());
        let clock = Arc::new(HandClock(AtomicI64::new(START.as_millis())));
        let book = Arc::default();
        let (engine, loops) = process(&store, &core, &clock, &book, 1);
        let workspace = WorkspaceDoc { id: WS, name: "Test".to_owned(), default_queue: "inbox".to_owned(), created_at: START };
        engine.set_up(&workspace, &[]).await.unwrap();
        store.put(WS, &AccountDoc(whatsapp()), 0, START).await.unwrap();
        store.put(WS, &AccountDoc(sms()), 0, START).await.unwrap();
        engine.reload(WS).await.unwrap();
        Self { clock, store, core, engine, loops, book, starts: 1, _folder: folder }
    }

    /// The process ended; another one starts on the same store.
    pub async fn restart(&mut self) {
        self.starts += 1;
        (self.engine, self.loops) = process(&self.store, &self.core, &self.clock, &self.book, self.starts);
        self.engine.load_all().await.unwrap();
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn set(&self, now: Timestamp) {
        self.clock.0.store(now.as_millis(), Ordering::SeqCst);
    }

    /// Everything that is due now; answers when the next thing is.
    pub async fn work(&mut self) -> Option<Timestamp> {
        let now = self.now();
        let timers = self.loops.timers.tick(now).await.unwrap();
        let sends = self.loops.dispatcher.tick(now).await.unwrap();
        self.loops.heartbeat.tick(now).await.unwrap();
        timers.into_iter().chain(sends).min()
    }

    /// Lets time pass from one due moment to the next.
    pub async fn run_until(&mut self, to: Timestamp) {
        for _ in 0..ROUNDS_MAX {
            let next = self.work().await.unwrap_or(to);
            if self.now() >= to {
                return;
            }
            self.set(next.max(self.now() + Millis(1)).min(to));
        }
        panic!("too much happens before {to}");
    }

    pub async fn run(&mut self, span: Millis) {
        let to = self.now() + span;
        self.run_until(to).await;
    }

    /// Asks for messages to people by a sender, in one call.
    pub async fn ask(&self, sender: SenderId, class: Class, people: impl IntoIterator<Item = u32>, max_lateness: Option<Millis>) {
        let asked: Vec<NewSignal> = people
            .into_iter()
            .map(|n| {
                let draft = ChannelDraft {
                    channel: if sender == SMS { Channel::Sms } else { Channel::Whatsapp },
                    sender: Some(sender),
                    address: None,
                    in_window: Some(Rendered::Ready(Content::text("Your table is ready."))),
                    out_of_window: None,
                };
                let request = MessageRequest {
                    origin: Origin::Api { key: "test".to_owned() },
                    class,
                    purpose: Purpose::Service,
                    topic: None,
                    channels: vec![draft],
                    max_lateness,
                };
                to_person(n, SignalBody::Request(Box::new(request)))
            })
            .collect();
        for outcome in self.engine.submit(asked).await.unwrap() {
            let StepOutcome::Applied(applied) = outcome else { panic!("{outcome:?}") };
            assert_eq!(applied.reply["sent"], true, "{}", applied.reply);
        }
    }

    /// People write, which opens their service windows.
    pub async fn write_in(&self, people: impl IntoIterator<Item = u32>, text: &str, sender: SenderId) {
        let channel = if sender == SMS { Channel::Sms } else { Channel::Whatsapp };
        let signals = people.into_iter().map(|n| {
            let body = InboundMessage {
                channel,
                sender,
                provider_id: format!("in.{n}.{}", self.now().as_millis()),
                from: vec![phone(n)],
                profile_name: None,
                content: InboundContent::Text { body: text.to_owned() },
                in_reply_to: None,
                referral: None,
                sent_at: self.now(),
            };
            to_person(n, SignalBody::Inbound(body))
        });
        for outcome in self.engine.submit(signals.collect()).await.unwrap() {
            assert!(matches!(outcome, StepOutcome::Applied(_)), "{outcome:?}");
        }
    }

    /// A second number of the same account at the provider.
    pub async fn another_number(&self) {
        let account = account_of(WS, OTHER);
        self.store.put(WS, &AccountDoc(account), 0, self.now()).await.unwrap();
        self.engine.reload(WS).await.unwrap();
    }

    pub async fn queue(&self, id: &str) {
        let queue = Queue { id: id.to_owned(), title: id.to_owned(), first_reply_within: None };
        self.store.put(WS, &QueueDoc(queue), 0, self.now()).await.unwrap();
        self.engine.reload(WS).await.unwrap();
    }

    pub async fn policy(&self, rulebook: policy::Rulebook) {
        let known = self.store.get::<RulebookDoc>(WS, only()).await.unwrap().map_or(0, |known| known.version);
        self.store.put(WS, &RulebookDoc { rulebook, updated_by: "test".to_owned() }, known, self.now()).await.unwrap();
        self.engine.reload(WS).await.unwrap();
    }

    /// A template that the provider has approved.
    pub async fn template(&self, name: &str, id: u128) {
        let approval = Approval { state: ApprovalState::Approved, version: Some("v1".to_owned()), ..Approval::default() };
        let body = "Your table is ready.".to_owned();
        let text = TemplateText { body, approval, ..TemplateText::default() };
        let template = Template {
            id: TemplateId::from_u128(id),
            name: name.to_owned(),
            purpose: Purpose::Transactional,
            variables: Vec::new(),
            languages: BTreeMap::from([("en".to_owned(), text)]),
            default_language: "en".to_owned(),
            version: "v1".to_owned(),
            updated_at: self.now(),
        };
        self.store.put(WS, &TemplateDoc(template), 0, self.now()).await.unwrap();
        self.engine.reload(WS).await.unwrap();
    }

    pub async fn publish(&self, source: &str) {
        match self.engine.publish_journey(WS, "journey.yaml", source, "test").await.unwrap() {
            Publication::Done(_) => {}
            Publication::Refused(found) => panic!("{found:?}"),
        }
    }

    /// An event of the business about each of these people.
    pub async fn event(&self, name: &str, people: impl IntoIterator<Item = u32>) {
        let body = |n: u32| SignalBody::Event {
            name: name.to_owned(),
            properties: BTreeMap::from([("id".to_owned(), model::Value::from(format!("{n}")))]),
            contact: Default::default(),
        };
        let signals = people.into_iter().map(|n| to_person(n, body(n)));
        for outcome in self.engine.submit(signals.collect()).await.unwrap() {
            assert!(matches!(outcome, StepOutcome::Applied(_)), "{outcome:?}");
        }
    }

    pub fn got(&self) -> Vec<Got> {
        self.book.lock().unwrap().got.clone()
    }

    pub fn assert_within_limits(&self) {
        let book = self.book.lock().unwrap();
        assert_eq!((book.too_fast, book.too_many_to_one), (0, 0), "calls over the limits of the number, and of a pair");
    }

    pub async fn messages(&self) -> Vec<Message> {
        let mut all = Vec::new();
        let mut page = Page::first(1_000);
        loop {
            let got = self.store.messages(WS, MessageFilter::default(), page).await.unwrap();
            all.extend(got.items);
            match got.next {
                Some(after) => page = Page { limit: 1_000, after: Some(after) },
                None => return all,
            }
        }
    }
}

fn process(store: &Arc<dyn Store>, core: &Arc<Core>, clock: &Arc<HandClock>, book: &Arc<Mutex<Book>>, seed: u64) -> (Arc<Engine>, Loops) {
    let wire = |sheet| Arc::new(Wire { clock: Arc::clone(clock), book: Arc::clone(book), sheet });
    let adapters = Adapters::new(Arc::new(Hooks(Arc::clone(book))))
        .with(ProviderKind::WhatsappCloud, wire(&ON_WHATSAPP))
        .with(ProviderKind::Twilio, wire(&BY_SMS));
    let engine = Arc::new(Engine::seeded(Arc::clone(store), Arc::clone(core), clock.clone(), adapters, seed));
    let dispatcher = Dispatcher::new(Arc::clone(&engine), Spawning::Inline);
    let settle = SettleLoop::new(Arc::clone(&engine), Box::new(dispatcher.activity()));
    let loops =
        Loops { timers: TimerLoop::new(Arc::clone(&engine)), dispatcher, settle, heartbeat: HeartbeatLoop::new(Arc::clone(&engine)) };
    (engine, loops)
}

pub fn to_person(n: u32, body: SignalBody) -> NewSignal {
    NewSignal::new(WS, Target::Addresses { keys: vec![phone(n)], create: true }, "test", body)
}

pub fn phone(n: u32) -> AddressKey {
    AddressKey::phone(format!("+1202{:07}", 2_000_000 + n))
}

fn sender(id: SenderId, channel: Channel) -> Sender {
    Sender {
        id,
        channel,
        name: channel.to_string(),
        address: "+12025550100".to_owned(),
        provider_ref: "1".to_owned(),
        status: SenderStatus::Active,
        per_second: RATE,
    }
}

fn whatsapp() -> Account {
    account_of(WS, WHATSAPP)
}

pub fn account_of(workspace: WorkspaceId, id: SenderId) -> Account {
    let provider = Provider::WhatsappCloud(WhatsappAccount {
        phone_number_id: "1".to_owned(),
        waba_id: "2".to_owned(),
        access_token: Secret::new("token"),
        app_secret: Secret::new("secret"),
        verify_token: Secret::new("verify"),
        base_url: "https://cloud.example.com".to_owned(),
        graph_version: "v26.0".to_owned(),
        read_receipts: true,
        dataset_id: None,
    });
    Account { workspace, sender: sender(id, Channel::Whatsapp), provider }
}

fn sms() -> Account {
    let provider = Provider::Twilio(TwilioAccount {
        account_sid: "AC0".to_owned(),
        auth_token: Secret::new("token"),
        signing_key: None,
        from: Some("+12025550100".to_owned()),
        messaging_service_sid: None,
        base_url: "https://api.example.com".to_owned(),
        public_url: "https://antiphon.example.com".to_owned(),
    });
    Account { workspace: WS, sender: sender(SMS, Channel::Sms), provider }
}
