//! Simulated mailboxes, a sender, and what the product took in.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use channel::{
    Account, Adapter as _, EmailAccount, FetchedMedia, Incoming, Inlet, MailInbound, MailSecurity, MailStream, MediaKeeper, NotTaken,
    Provider, Received, Secret,
};
use http_client::Guard;
use model::content::Content;
use model::send_error::SendError;
use model::sender::{Sender, SenderStatus};
use model::signal::SendOutcome;
use model::{AddressKey, AddressKind, Channel, Clock, MediaId, MessageId, SenderId, Timestamp, WorkspaceId};
use serde_json::Value;
use simulator::{DeadSink, Entry, PersonId, Simulator, World, WorldConfig};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Email;

/// Longest wait for something that ought to happen.
const PATIENCE: Duration = Duration::from_secs(20);
pub const OURS: &str = "hello@example.com";
pub const THEIRS: &str = "alex@example.org";
pub const KEY: &str = "a key of thirty-two bytes or more";

pub struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "connections are real, and so is their time")]
    fn now(&self) -> Timestamp {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(now.as_millis()).unwrap())
    }
}

/// The product's side: durable as long as the test lives.
#[derive(Default)]
pub struct Book {
    taken: Mutex<Vec<Received>>,
    pub media: Mutex<BTreeMap<String, FetchedMedia>>,
    /// The store is away.
    pub away: AtomicBool,
    pub refused: AtomicBool,
}

#[async_trait]
impl Inlet for Book {
    fn now(&self) -> Timestamp {
        RealClock.now()
    }

    async fn take(&self, received: Vec<Received>) -> Result<(), NotTaken> {
        if self.away.load(Ordering::SeqCst) {
            self.refused.store(true, Ordering::SeqCst);
            return Err(NotTaken("away".to_owned()));
        }
        self.taken.lock().unwrap().extend(received);
        Ok(())
    }

    async fn keep(&self, _key: &str, _value: Value) -> Result<(), NotTaken> {
        Ok(())
    }

    async fn forget(&self, _key: &str) -> Result<(), NotTaken> {
        Ok(())
    }

    async fn kept(&self) -> Result<BTreeMap<String, Value>, NotTaken> {
        Ok(BTreeMap::new())
    }
}

#[async_trait]
impl MediaKeeper for Book {
    async fn keep(&self, _ws: WorkspaceId, key: &str, _name: Option<String>, media: FetchedMedia) -> Result<MediaId, NotTaken> {
        self.media.lock().unwrap().insert(key.to_owned(), media);
        Ok(MediaId::from_u128(9))
    }
}

impl Book {
    /// What it was told of contacts, without what it knew already.
    pub fn told(&self) -> Vec<Incoming> {
        let mut known = std::collections::BTreeSet::new();
        let taken = self.taken.lock().unwrap();
        let contacts = taken.iter().filter_map(|one| if let Received::Contact(incoming) = one { Some((**incoming).clone()) } else { None });
        contacts.filter(|incoming| known.insert(incoming.dedupe_key.clone())).collect()
    }

    pub fn kept_aside(&self) -> Vec<String> {
        let taken = self.taken.lock().unwrap();
        taken.iter().filter_map(|one| if let Received::Kept { kind, .. } = one { Some(kind.clone()) } else { None }).collect()
    }

    pub async fn first(&self) -> Incoming {
        wait(|| self.told().into_iter().next()).await
    }
}

pub async fn wait<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, found).await.expect("it never happened")
}

pub struct Office {
    pub world: Simulator,
    pub book: Arc<Book>,
    pub email: Arc<Email>,
    pub account: Arc<Account>,
    pub listen: String,
    person: PersonId,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

pub fn settings(port: u16) -> EmailAccount {
    EmailAccount {
        host: "127.0.0.1".to_owned(),
        port,
        security: MailSecurity::Plain,
        authority: None,
        user: Some("antiphon".to_owned()),
        password: Secret::new("sim-mail"),
        from: OURS.to_owned(),
        from_name: "Example Clinic".to_owned(),
        subject: "Your message".to_owned(),
        dkim: None,
        dkim_also: None,
        stream: MailStream::Promotional,
        inbound: None,
        service: None,
        tracking: channel::MailTracking::default(),
        key: Secret::new(KEY),
        public_url: "https://app.example.com".to_owned(),
    }
}

pub fn account(email: EmailAccount) -> Account {
    let sender = Sender {
        id: SenderId::from_u128(5),
        channel: Channel::Email,
        name: "Mail".to_owned(),
        address: OURS.to_owned(),
        provider_ref: OURS.to_owned(),
        status: SenderStatus::Active,
        per_second: 10,
    };
    Account { workspace: WorkspaceId::from_u128(1), sender, provider: Provider::Email(email) }
}

impl Office {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut EmailAccount)) -> Self {
        let (submission, free) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let listen = free.local_addr().unwrap().to_string();
        drop(free);
        let mut email = settings(submission.local_addr().unwrap().port());
        email.inbound = Some(MailInbound { domain: "in.example.com".to_owned(), listen: listen.clone() });
        change(&mut email);
        let mut config = WorldConfig::default();
        config.mail.routes = [("in.example.com".to_owned(), listen.clone()), ("example.com".to_owned(), listen.clone())].into();
        config.population.people = 0;
        let world = Simulator::new(World::new(config, 1), Arc::new(RealClock), Arc::new(DeadSink));
        let person = world.with(|world| {
            let mut knobs = world.knobs().clone();
            knobs.slow_phones_percent = 0;
            world.set_knobs(knobs);
            let person = world.invite("Alex", "+12025550123", simulator::Persona::Manual).unwrap();
            assert!(world.readdress(person, THEIRS));
            person
        });
        let book = Arc::new(Book::default());
        let adapter = Arc::new(Email::new(Guard::allowing(["127.0.0.1"]), Arc::new(RealClock)).with_attachments(book.clone()));
        let (stop, mut stopped) = watch::channel(false);
        let account = Arc::new(account(email));
        let serving = tokio::spawn({
            let (world, listener) = (world.clone(), submission);
            async move { simulator::mail::serve(listener, world).await.unwrap() }
        });
        let listening = tokio::spawn({
            let (adapter, account, inlet) = (adapter.clone(), account.clone(), book.clone());
            let until = Box::pin(async move { drop(stopped.wait_for(|stop| *stop).await) });
            async move { adapter.serve(account, inlet, until).await }
        });
        let office = Self { world, book, email: adapter, account, listen, person, stop, tasks: vec![serving, listening] };
        office.listening().await;
        office
    }

    async fn listening(&self) {
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(&self.listen).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nobody listens at {}", self.listen);
    }

    pub async fn send(&self, n: u128, text: &str) -> Result<SendOutcome, SendError> {
        self.send_to(n, THEIRS, &Content::text(text)).await
    }

    pub async fn send_to(&self, n: u128, to: &str, content: &Content) -> Result<SendOutcome, SendError> {
        let to = AddressKey::new(AddressKind::Email, to);
        self.email.deliver(&self.account, MessageId::from_u128(n), &to, content, None).await
    }

    fn entries(&self) -> Vec<Entry> {
        self.world.with(|world| world.person(self.person).unwrap().thread.clone())
    }

    /// What the mailbox shows of us once there are so many.
    pub async fn shown(&self, count: usize) -> Vec<Entry> {
        wait(|| Some(self.entries().into_iter().filter(|entry| entry.from_business).collect::<Vec<_>>()).filter(|all| all.len() >= count))
            .await
    }

    pub fn act<T>(&self, act: impl FnOnce(&mut World, PersonId) -> T) -> T {
        self.world.with(|world| act(world, self.person))
    }

    /// A mail that somebody brings by hand; answers the last line that was said.
    pub async fn bring(&self, from: &str, to: &str, mail: &str) -> String {
        talk(&self.listen, &[&format!("MAIL FROM:<{from}>"), &format!("RCPT TO:<{to}>"), "DATA", &format!("{mail}\r\n.")]).await
    }

    pub async fn close(self) {
        self.stop.send_replace(true);
        for task in self.tasks.into_iter().skip(1) {
            task.await.unwrap();
        }
    }
}

/// Says these lines until one is refused; answers the last answer.
pub async fn talk(at: &str, lines: &[&str]) -> String {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    let mut link = BufReader::new(tokio::net::TcpStream::connect(at).await.unwrap());
    let mut said = String::new();
    for line in ["", "EHLO mx.example.net"].iter().chain(lines) {
        if !line.is_empty() {
            // Who is cut off while writing hears nothing more.
            let _ = link.write_all(format!("{line}\r\n").as_bytes()).await;
        }
        loop {
            said.clear();
            if link.read_line(&mut said).await.unwrap_or(0) == 0 || said.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        if !said.starts_with(['2', '3']) {
            break;
        }
    }
    said.trim_end().to_owned()
}
