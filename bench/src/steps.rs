//! Durable steps a second: the whole story of the gallery's reminder for many people, in groups, with the real core and the real store.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use model::signal::{Signal, SignalBody, Target};
use model::{ContactId, MessageId, MessageStatus, Millis, Timestamp};
use storage::{StepOutcome, Store};
use storage_sqlite::{Options, SqliteStore};

use crate::report::{Figure, median};
use crate::story::{Maker, START, WHATSAPP, core};
use crate::{Effort, rows};

/// Signals in one call: what arrives while the commit before runs.
const GROUP: usize = 128;

pub async fn measure(folder: &Path, effort: Effort) -> Result<Figure> {
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..effort.pick(3, 1) {
        plain.push(rows::rate(folder, effort)?);
        ours.push(round(folder, effort.pick(2_000, 300)).await?);
    }
    Ok(Figure::new("event_step_sqlite", median(ours), "steps/s").against(median(plain)))
}

struct Round {
    store: Arc<SqliteStore>,
    maker: Maker,
    steps: usize,
}

/// Steps a second over the story of this many people.
async fn round(folder: &Path, people: usize) -> Result<f64> {
    let place = tempfile::tempdir_in(folder)?;
    let store = SqliteStore::open(place.path().join("steps.db"), Options::default(), Arc::new(core()?))?;
    let mut round = Round { store: Arc::new(store), maker: Maker::default(), steps: 0 };
    let began = Instant::now();
    let bookings = (0..people).map(|person| round.maker.booking(person)).collect();
    let contacts = round.apply(bookings).await?;
    let places: BTreeMap<ContactId, usize> = contacts.iter().enumerate().map(|(n, contact)| (*contact, n)).collect();
    let due = START + Millis::from_hours(6) + Millis::from_secs(1);
    let wakes = contacts.iter().map(|contact| round.maker.signal(Target::Contact(*contact), None, due, SignalBody::Wake)).collect();
    round.apply(wakes).await?;
    let reminders = round.send("reminder", people, due + Millis::from_secs(1)).await?;
    round.report(&reminders, MessageStatus::Read, due + Millis::from_secs(20)).await?;
    let at = due + Millis::from_secs(30);
    let taps: Vec<Signal> =
        reminders.iter().map(|(contact, _, id)| round.maker.tap(places.get(contact).copied().unwrap_or_default(), id, at)).collect();
    round.apply(taps).await?;
    round.send("thanks", people, at + Millis::from_secs(1)).await?;
    Ok(round.steps as f64 / began.elapsed().as_secs_f64())
}

type Sent = (ContactId, MessageId, String);

impl Round {
    async fn apply(&mut self, signals: Vec<Signal>) -> Result<Vec<ContactId>> {
        let mut contacts = Vec::with_capacity(signals.len());
        self.steps += signals.len();
        let mut signals = signals.into_iter();
        loop {
            let group: Vec<Signal> = signals.by_ref().take(GROUP).collect();
            if group.is_empty() {
                return Ok(contacts);
            }
            for outcome in self.store.step(group).await? {
                let StepOutcome::Applied(applied) = outcome else { anyhow::bail!("a step was not applied: {outcome:?}") };
                contacts.push(applied.contact);
            }
        }
    }

    /// What the dispatcher does with everything that is queued: hand-off, the provider's answer, and the two statuses that follow.
    async fn send(&mut self, what: &str, people: usize, at: Timestamp) -> Result<Vec<Sent>> {
        let queued = self.store.queued(WHATSAPP, at, u32::try_from(people * 2)?).await?;
        ensure!(queued.len() == people, "{} messages wait instead of {people}", queued.len());
        let hand_off = |maker: &mut Maker, q: &storage::QueuedMessage| {
            maker.signal(Target::Contact(q.contact), None, at, SignalBody::HandOff { message: q.message })
        };
        let signals = queued.iter().map(|q| hand_off(&mut self.maker, q)).collect();
        self.apply(signals).await?;
        let sent: Vec<Sent> = queued.iter().enumerate().map(|(n, q)| (q.contact, q.message, format!("wamid.{what}{n}"))).collect();
        let results = sent.iter().map(|(contact, message, id)| self.maker.accepted(*contact, *message, id, at)).collect();
        self.apply(results).await?;
        self.report(&sent, MessageStatus::Accepted, at + Millis::from_secs(1)).await?;
        self.report(&sent, MessageStatus::Delivered, at + Millis::from_secs(2)).await?;
        let first = sent.first().context("nobody was written to")?;
        let message = self.store.message(crate::story::WORKSPACE, first.1).await?.context("a sent message is stored")?;
        ensure!(message.status == MessageStatus::Delivered, "the {what} is {}", message.status.as_str());
        Ok(sent)
    }

    async fn report(&mut self, sent: &[Sent], status: MessageStatus, at: Timestamp) -> Result<()> {
        let signals = sent.iter().map(|(_, message, id)| self.maker.receipt(*message, id, status, at)).collect();
        self.apply(signals).await.map(drop)
    }
}
