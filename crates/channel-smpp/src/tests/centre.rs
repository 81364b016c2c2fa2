//! A message centre, a sender bound to it, and what the product took in.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use channel::{Account, Adapter as _, Inlet, NotTaken, Provider, Received, Secret, SmppAccount};
use http_client::Guard;
use model::content::Content;
use model::inbound::InboundContent;
use model::send_error::SendError;
use model::sender::{Sender, SenderStatus};
use model::signal::{Receipt, SendOutcome, SignalBody, Target};
use model::{AddressKey, Channel, Clock, MessageId, Millis, SenderId, Timestamp, WorkspaceId};
use serde_json::Value;
use simulator::smsc::{Identity, SmscKnobs};
use simulator::{DeadSink, Line, Simulator, World, WorldConfig};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::submit::Parcel;
use crate::{Smpp, testing};

/// Longest wait for something that ought to happen.
const PATIENCE: Duration = Duration::from_secs(15);
pub const OURS: &str = "+12025550177";

struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "connections are real, and so is their time")]
    fn now(&self) -> Timestamp {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(now.as_millis()).unwrap())
    }
}

/// What a signal said of a message of ours.
#[derive(Clone, Debug)]
pub struct Told {
    pub target: Target,
    pub receipt: Receipt,
    pub key: String,
}

/// The product's side: durable as long as the test lives.
#[derive(Default)]
pub struct Book {
    pub told: Mutex<Vec<Told>>,
    /// Dedupe key and text.
    pub words: Mutex<BTreeMap<String, String>>,
    pub kept: Mutex<BTreeMap<String, Value>>,
    /// Kinds of what was put aside.
    pub aside: Mutex<Vec<String>>,
    /// The store is away.
    pub away: AtomicBool,
    refused: Mutex<u32>,
}

#[async_trait]
impl Inlet for Book {
    fn now(&self) -> Timestamp {
        RealClock.now()
    }

    async fn take(&self, received: Vec<Received>) -> Result<(), NotTaken> {
        self.there()?;
        for one in received {
            let incoming = match one {
                Received::Contact(incoming) => incoming,
                Received::Kept { kind, .. } => {
                    self.aside.lock().unwrap().push(kind);
                    continue;
                }
                other => panic!("{other:?}"),
            };
            match incoming.body {
                SignalBody::Receipt(receipt) => {
                    let mut told = self.told.lock().unwrap();
                    // The store drops what has a known key.
                    if told.iter().all(|told| told.key != incoming.dedupe_key) {
                        told.push(Told { target: incoming.target, receipt, key: incoming.dedupe_key });
                    }
                }
                SignalBody::Inbound(message) => {
                    let InboundContent::Text { body } = message.content else { panic!("not a text") };
                    self.words.lock().unwrap().insert(incoming.dedupe_key, body);
                }
                other => panic!("{other:?}"),
            }
        }
        Ok(())
    }

    async fn keep(&self, key: &str, value: Value) -> Result<(), NotTaken> {
        self.there()?;
        self.kept.lock().unwrap().insert(key.to_owned(), value);
        Ok(())
    }

    async fn forget(&self, key: &str) -> Result<(), NotTaken> {
        self.there()?;
        self.kept.lock().unwrap().remove(key);
        Ok(())
    }

    async fn kept(&self) -> Result<BTreeMap<String, Value>, NotTaken> {
        Ok(self.kept.lock().unwrap().clone())
    }
}

impl Book {
    fn there(&self) -> Result<(), NotTaken> {
        if self.away.load(Ordering::SeqCst) {
            *self.refused.lock().unwrap() += 1;
            return Err(NotTaken("away".to_owned()));
        }
        Ok(())
    }

    pub fn refused(&self) -> u32 {
        *self.refused.lock().unwrap()
    }

    pub fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap().clone()
    }

    pub fn texts(&self) -> Vec<String> {
        self.words.lock().unwrap().values().cloned().collect()
    }
}

/// Everything together.
pub struct Centre {
    pub simulator: Simulator,
    pub book: Arc<Book>,
    pub account: Arc<Account>,
    pub smpp: Arc<Smpp>,
    line: Option<(watch::Sender<bool>, JoinHandle<()>)>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Centre {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Centre {
    pub async fn open(knobs: SmscKnobs) -> Self {
        Self::with(knobs, |_| {}).await
    }

    pub async fn with(knobs: SmscKnobs, change: impl FnOnce(&mut SmppAccount)) -> Self {
        Self::showing(None, knobs, change).await
    }

    /// A centre that is reached by TLS where it has an identity to show.
    pub async fn showing(identity: Option<Identity>, knobs: SmscKnobs, change: impl FnOnce(&mut SmppAccount)) -> Self {
        let simulator = Simulator::new(World::new(WorldConfig::default(), 1), Arc::new(RealClock), Arc::new(DeadSink));
        simulator.with(|world| {
            let world_knobs = simulator::Knobs { smsc: knobs, slow_phones_percent: 0, people_active: false, ..world.knobs().clone() };
            world.set_knobs(world_knobs);
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = simulator.clone();
        let sleep = |at: Timestamp| tokio::time::sleep(Duration::from_millis((at - RealClock.now()).0.max(0).unsigned_abs()));
        let tasks = vec![
            tokio::spawn(async move { simulator::smsc::serve(listener, serving, identity).await.unwrap() }),
            tokio::spawn(simulator::run(simulator.clone(), sleep)),
        ];
        let mut smpp = SmppAccount { port, from: OURS.to_owned(), password: Secret::new("sim-smpp"), ..testing::account() };
        change(&mut smpp);
        let mut centre = Self {
            simulator,
            book: Arc::default(),
            account: Arc::new(account(smpp)),
            smpp: Arc::new(Smpp::new(Guard::allowing(["127.0.0.1", "localhost"]))),
            line: None,
            tasks,
        };
        centre.take_up();
        centre
    }

    pub fn take_up(&mut self) {
        let (end, mut ended) = watch::channel(false);
        let (smpp, account, book) = (Arc::clone(&self.smpp), Arc::clone(&self.account), Arc::clone(&self.book));
        let stop = Box::pin(async move { drop(ended.wait_for(|end| *end).await) });
        let line = tokio::spawn(async move { smpp.serve(account, book, stop).await });
        self.line = Some((end, line));
    }

    pub async fn put_down(&mut self) {
        let (end, line) = self.line.take().expect("a line is held");
        end.send_replace(true);
        line.await.unwrap();
    }

    /// As `kill -9`: nothing is said, nothing is finished.
    pub async fn kill(&mut self) {
        let (_, line) = self.line.take().expect("a line is held");
        line.abort();
        let _ = line.await;
        self.smpp = Arc::new(Smpp::new(Guard::allowing(["127.0.0.1", "localhost"])));
    }

    pub async fn send(&self, number: u128, to: &str, text: &str) -> Result<SendOutcome, SendError> {
        self.send_within(None, number, to, text).await
    }

    pub async fn send_within(&self, lifetime: Option<Millis>, number: u128, to: &str, text: &str) -> Result<SendOutcome, SendError> {
        hand_over(&self.smpp, &self.account, lifetime, (number, to, text)).await
    }

    /// The person at a number writes to us.
    pub fn write(&self, phone: &str, text: &str) {
        self.simulator.with(|world| {
            let person = world.people().by_phone(phone).expect("somebody who was written to");
            world.person_types(person, Line::Sms, Some(OURS), text).unwrap();
        });
    }

    /// What somebody's phone shows of ours.
    pub fn shown(&self, phone: &str) -> Vec<String> {
        self.simulator.with(|world| {
            let Some(person) = world.people().by_phone(phone).and_then(|id| world.person(id)) else { return Vec::new() };
            person.thread.iter().filter(|entry| entry.from_business).map(|entry| entry.shown.text.clone()).collect()
        })
    }

    pub fn taken(&self) -> u64 {
        self.simulator.with(|world| world.smsc().taken())
    }
}

/// Sends a text: number of the message, whom to, words.
pub async fn hand_over(
    smpp: &Smpp,
    account: &Account,
    lifetime: Option<Millis>,
    (number, to, text): (u128, &str, &str),
) -> Result<SendOutcome, SendError> {
    let (to, content) = (AddressKey::phone(to), Content::text(text));
    smpp.deliver(account, Parcel { message: MessageId::from_u128(number), to: &to, content: &content, lifetime }).await
}

pub fn account(smpp: SmppAccount) -> Account {
    let sender = Sender {
        id: SenderId::from_u128(7),
        channel: Channel::Sms,
        name: "Centre".to_owned(),
        address: smpp.from.clone(),
        provider_ref: smpp.system_id.clone(),
        status: SenderStatus::Active,
        per_second: 200,
    };
    Account { workspace: WorkspaceId::from_u128(1), sender, provider: Provider::Smpp(smpp) }
}

pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "never happened: {what}");
}
