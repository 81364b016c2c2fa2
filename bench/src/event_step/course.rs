//! Feeds a store as the product does, and counts events whose message was sent and recorded.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use model::{Message, MessageId, MessageStatus};
use storage::{StepOutcome, Store};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::parcel::{Clock, Maker, WORKSPACE};
use super::people::{People, lock};

/// Events that are somewhere between their acceptance and their recorded result.
const IN_FLIGHT: usize = 512;
/// Callers, and events in one call of each: what a few connections bring at once.
const CALLERS: usize = 8;
const EVENTS_IN_CALL: usize = 32;
/// Answers that are recorded in one go.
const LOOK: usize = 256;

/// Signals of one preloading call, and how many calls are under way.
const PRELOAD: u32 = 512;
const PRELOADERS: u32 = 4;

/// Makes people `from..to`, each with a waiting run, or without any if `idle`.
pub async fn preload(store: &Arc<dyn Store>, maker: &Arc<Maker>, people: std::ops::Range<u32>, idle: bool) -> Result<()> {
    let mut tasks = JoinSet::new();
    for place in 0..PRELOADERS {
        let (store, maker, people) = (Arc::clone(store), Arc::clone(maker), people.clone());
        tasks.spawn(async move {
            for first in people.clone().step_by(PRELOAD as usize).skip(place as usize).step_by(PRELOADERS as usize) {
                let group = first..people.end.min(first + PRELOAD);
                let signals = group.map(|person| if idle { maker.known(person) } else { maker.shipped(person) }).collect();
                for outcome in store.step(signals).await? {
                    ensure!(matches!(outcome, StepOutcome::Applied(_)), "a person was not made: {outcome:?}");
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(())
}

/// What one round did.
pub struct Done {
    pub events: u64,
    pub seconds: f64,
}

impl Done {
    pub fn per_second(&self) -> f64 {
        self.events as f64 / self.seconds
    }
}

/// One store with its people.
pub struct Course {
    store: Arc<dyn Store>,
    maker: Arc<Maker>,
    people: Arc<Mutex<People>>,
    clock: Clock,
}

/// Messages on their way to the provider.
type Handed = mpsc::UnboundedReceiver<Message>;

/// What the tasks of one round share.
struct Round {
    store: Arc<dyn Store>,
    maker: Arc<Maker>,
    people: Arc<Mutex<People>>,
    clock: Clock,
    room: Semaphore,
    handed: mpsc::UnboundedSender<Message>,
    recorded: Mutex<(u64, Option<MessageId>)>,
    /// Why a result could not be recorded. The room is closed then.
    fault: Mutex<Option<anyhow::Error>>,
}

impl Course {
    /// `people` were made by [`preload`] with this maker.
    pub fn new(store: Arc<dyn Store>, maker: Arc<Maker>, people: std::ops::Range<u32>) -> Self {
        Self { store, maker, people: Arc::new(Mutex::new(People::new(people))), clock: Clock::start() }
    }

    /// Feeds events for as long as `span`, and waits until the last is done.
    pub async fn run(&self, span: Duration) -> Result<Done> {
        let (handed, sent) = mpsc::unbounded_channel();
        let round = Arc::new(Round {
            store: Arc::clone(&self.store),
            maker: Arc::clone(&self.maker),
            people: Arc::clone(&self.people),
            clock: self.clock,
            room: Semaphore::new(IN_FLIGHT),
            handed,
            recorded: Mutex::default(),
            fault: Mutex::default(),
        });
        let began = Instant::now();
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            let round = Arc::clone(&round);
            callers.spawn(async move { round.call(began + span).await });
        }
        let dispatcher = tokio::spawn(Arc::clone(&round).dispatch(sent));
        let mut asked: Result<u64> = Ok(0);
        while let Some(caller) = callers.join_next().await {
            asked = asked.and_then(|sum| Ok(sum + caller??));
        }
        // Everything that is under way comes to its end.
        let ended = round.room.acquire_many(IN_FLIGHT as u32).await.map(drop);
        dispatcher.abort();
        if let Some(fault) = lock(&round.fault).take() {
            return Err(fault);
        }
        ended?;
        let asked = asked?;
        let seconds = began.elapsed().as_secs_f64();
        let (events, last) = *lock(&round.recorded);
        ensure!(events == asked, "{asked} events led to {events} messages");
        let message = self.store.message(WORKSPACE, last.context("nobody was told")?).await?.context("a sent message is stored")?;
        ensure!(message.status == MessageStatus::Accepted && message.attempts == 1, "the last message is {}", message.status.as_str());
        Ok(Done { events, seconds })
    }
}

impl Round {
    /// Ends the round: who waits for room hears of it.
    fn fail(&self, error: anyhow::Error) {
        lock(&self.fault).get_or_insert(error);
        self.room.close();
    }

    async fn call(&self, end: Instant) -> Result<u64> {
        let mut asked = 0;
        while Instant::now() < end {
            self.room.acquire_many(EVENTS_IN_CALL as u32).await?.forget();
            let people: Vec<u32> = {
                let mut free = lock(&self.people);
                (0..EVENTS_IN_CALL).map(|_| free.take()).collect()
            };
            let now = self.clock.now()?;
            let signals = people.iter().map(|person| self.maker.moved(*person, now)).collect();
            let outcomes = self.store.step(signals).await?;
            let mut sent = Vec::with_capacity(outcomes.len());
            {
                let mut known = lock(&self.people);
                for (person, outcome) in people.into_iter().zip(outcomes) {
                    let StepOutcome::Applied(applied) = outcome else { bail!("an event was not applied: {outcome:?}") };
                    known.by_contact.insert(applied.contact, person);
                    ensure!(applied.handed.len() == 1, "an event led to {} messages on their way", applied.handed.len());
                    sent.extend(applied.handed);
                }
            }
            asked += EVENTS_IN_CALL as u64;
            for message in sent {
                self.handed.send(message)?;
            }
        }
        Ok(asked)
    }

    /// As the product's dispatcher: what left with its step is "sent", and the answers are recorded while the next events come.
    async fn dispatch(self: Arc<Self>, mut handed: Handed) {
        let mut sent = Vec::new();
        while handed.recv_many(&mut sent, LOOK).await > 0 {
            let (round, sent) = (Arc::clone(&self), std::mem::take(&mut sent));
            tokio::spawn(async move {
                if let Err(error) = round.record(sent).await {
                    round.fail(error);
                }
            });
        }
    }

    async fn record(&self, sent: Vec<Message>) -> Result<()> {
        let now = self.clock.now()?;
        let results = sent.iter().map(|message| self.maker.accepted(message.contact, message.id, message.attempts, now)).collect();
        for outcome in self.store.step(results).await? {
            ensure!(matches!(outcome, StepOutcome::Applied(_)), "a result was not applied: {outcome:?}");
        }
        {
            let mut people = lock(&self.people);
            for message in &sent {
                if let Some(person) = people.by_contact.remove(&message.contact) {
                    people.give_back(person);
                }
            }
            let mut recorded = lock(&self.recorded);
            recorded.0 += sent.len() as u64;
            recorded.1 = sent.last().map(|message| message.id);
        }
        self.room.add_permits(sent.len());
        Ok(())
    }
}
