//! Timers: how late they fire when very many are due in one minute, and how many go a second when all are due at once. The yardstick of the
//! latter wakes each contact in a step of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use channel::ProviderKind;
use channel_whatsapp::Whatsapp;
use decide::{Core, Queue};
use http_client::RouterTransport;
use model::signal::{SignalBody, Target};
use model::{AddressKey, Clock as _, ContactId, Millis, Timestamp, Value, WorkspaceId};
use runtime::documents::WorkspaceDoc;
use runtime::{Adapters, Engine, NewSignal, News, Publication, ScaledClock, TimeSource as _, TimerLoop};
use storage::{StepOutcome, Store};
use storage_sqlite::{Options, SqliteStore};
use tokio::sync::broadcast::error::RecvError;

use crate::Effort;
use crate::report::{Figure, at, median};

const WORKSPACE: WorkspaceId = WorkspaceId::from_u128(1);
/// A Monday noon in UTC.
const START: Timestamp = Timestamp::from_secs(1_795_521_600);
/// Between the start of the clock and the first timer.
const LEAD: Millis = Millis::from_secs(1);
/// People made in one call.
const PRELOAD: usize = 512;
/// The loops may take so long for all of it.
const PATIENCE: Duration = Duration::from_secs(300);
/// Of the timers, one in so many may go unseen because the listener was slow; their lateness is not known then.
const UNSEEN_MAX: usize = 100;

/// Waits until the moment that the event names, and ends.
const JOURNEY: &str = "
journey: wait
title: Wait
owner: inbox
purpose: transactional
goal: { none: measures timers }
entry: { on: booked, key: event.id, policy: once }
context: { id: event.id, at: { type: time, from: event.at } }
start: pause
steps:
  pause: { delay: { until: run.at, if_past: next }, next: done }
  done: { end: waited }
";

pub async fn measure(folder: &Path, effort: Effort) -> Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(folder)?;
    let (later, spread, per_second) = (effort.people() as usize, effort.pick(100_000, 8_000), 100_000 / 60);
    let mut late = lateness(&place.path().join("spread.db"), later, spread, per_second).await?;
    let burst = effort.pick(20_000, 4_000);
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for round in 0..effort.pick(5, 1) {
        ours.push(at_once(&place.path().join(format!("burst{round}.db")), burst).await?);
        plain.push(one_by_one(&place.path().join(format!("single{round}.db")), burst / 10).await?);
    }
    Ok(vec![
        Figure::new("timers_burst", median(ours), "wakes/s").against(median(plain)),
        Figure::new("timers_late_p50", at(&mut late, 0.5), "ms"),
        Figure::new("timers_late_p99", at(&mut late, 0.99), "ms"),
    ])
}

struct Stage {
    engine: Arc<Engine>,
    clock: ScaledClock,
}

impl Stage {
    /// A product whose clock stands still until it is let go.
    async fn open(path: &Path) -> Result<Self> {
        let core = Arc::new(Core::new());
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(path, Options::default(), core.clone())?);
        let clock = ScaledClock::starting_at(START, 0.0);
        let transport = Arc::new(RouterTransport::new());
        let adapter = Arc::new(Whatsapp::new(transport.clone()));
        let adapters = Adapters::new(transport).with(ProviderKind::WhatsappCloud, adapter);
        let engine = Arc::new(Engine::new(store, core, Arc::new(clock.clone()), adapters));
        let workspace = WorkspaceDoc { id: WORKSPACE, name: "Bench".to_owned(), default_queue: "inbox".to_owned(), created_at: START };
        engine.set_up(&workspace, &[Queue { id: "inbox".to_owned(), title: "Inbox".to_owned(), first_reply_within: None }]).await?;
        match engine.publish_journey(WORKSPACE, "wait.yaml", JOURNEY, "bench").await? {
            Publication::Done(_) => Ok(Self { engine, clock }),
            Publication::Refused(found) => bail!("the journey does not compile: {found:?}"),
        }
    }

    /// One person for each moment, with a timer that is due then.
    async fn people(&self, first: usize, due: &[Timestamp]) -> Result<Vec<ContactId>> {
        let mut made = Vec::with_capacity(due.len());
        for (part, due) in due.chunks(PRELOAD).enumerate() {
            let signals = due.iter().enumerate().map(|(n, due)| booked(first + part * PRELOAD + n, *due)).collect();
            for outcome in self.engine.submit(signals).await? {
                let StepOutcome::Applied(applied) = outcome else { bail!("a person was not made: {outcome:?}") };
                ensure!(applied.next_wake.is_some(), "a person waits for nothing");
                made.push(applied.contact);
            }
        }
        Ok(made)
    }

    /// Lets the clock run and the timers fire until the next is due later than `until`, and the second in which they go together.
    async fn fire(&self, until: Timestamp) -> Result<()> {
        self.clock.set_speed(1.0);
        let mut timers = TimerLoop::in_groups(Arc::clone(&self.engine));
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match timers.tick(self.clock.now()).await? {
                Some(next) if next <= until + Millis::from_secs(1) => self.clock.sleep_until(next).await,
                _ => return Ok(()),
            }
        }
        bail!("timers were still due after {PATIENCE:?}")
    }
}

fn booked(n: usize, due: Timestamp) -> NewSignal {
    let properties = BTreeMap::from([("id".to_owned(), Value::from(format!("B-{n}"))), ("at".to_owned(), Value::from(due.to_string()))]);
    let body = SignalBody::Event { name: "booked".to_owned(), properties, contact: Default::default() };
    let keys = vec![AddressKey::phone(format!("+1202{:07}", 2_000_000 + n))];
    NewSignal::new(WORKSPACE, Target::Addresses { keys, create: true }, "bench", body)
}

/// Milliseconds by which each of the timers that are spread evenly fired late, while others wait for tomorrow.
async fn lateness(path: &Path, later: usize, spread: usize, per_second: usize) -> Result<Vec<f64>> {
    let stage = Stage::open(path).await?;
    let tomorrow: Vec<Timestamp> = (0..later).map(|n| START + Millis::from_hours(24) + Millis(n as i64)).collect();
    stage.people(0, &tomorrow).await?;
    let due: Vec<Timestamp> = (0..spread).map(|n| START + LEAD + Millis((n * 1_000 / per_second) as i64)).collect();
    let contacts = stage.people(later, &due).await?;
    let last = *due.last().context("timers")?;
    let due_of: BTreeMap<ContactId, Timestamp> = contacts.into_iter().zip(due).collect();
    let mut news = stage.engine.subscribe();
    let clock = stage.clock.clone();
    let listener = tokio::spawn(async move {
        let mut late = Vec::with_capacity(due_of.len());
        loop {
            match news.recv().await {
                Ok(News::Step(step)) => {
                    if let Some(due) = due_of.get(&step.contact) {
                        late.push((clock.now() - *due).0 as f64);
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return late,
            }
        }
    });
    stage.fire(last).await?;
    drop(stage);
    let late = listener.await?;
    ensure!(late.iter().all(|ms| *ms >= 0.0), "a timer fired before its time");
    ensure!(late.len() + spread / UNSEEN_MAX >= spread, "only {} of {spread} timers were seen", late.len());
    Ok(late)
}

/// Wakes a second when all are due at one moment.
async fn at_once(path: &Path, count: usize) -> Result<f64> {
    let stage = Stage::open(path).await?;
    stage.people(0, &vec![START + Millis(1); count]).await?;
    let began = Instant::now();
    stage.fire(START + Millis(1)).await?;
    let rate = count as f64 / began.elapsed().as_secs_f64();
    ensure!(stage.engine.store().next_due().await?.is_none(), "somebody was not woken");
    Ok(rate)
}

/// The same with a step, and a transaction, for each.
async fn one_by_one(path: &Path, count: usize) -> Result<f64> {
    let stage = Stage::open(path).await?;
    stage.people(0, &vec![START + Millis(1); count]).await?;
    stage.clock.set_speed(1.0);
    tokio::time::sleep(Duration::from_millis(5)).await;
    let began = Instant::now();
    let mut woken = 0;
    while let Some((ws, contact, _)) = stage.engine.store().due(stage.clock.now(), 1).await?.pop() {
        stage.engine.submit(vec![NewSignal::new(ws, Target::Contact(contact), "timer", SignalBody::Wake)]).await?;
        woken += 1;
    }
    ensure!(woken == count, "{woken} of {count} were woken");
    Ok(count as f64 / began.elapsed().as_secs_f64())
}
