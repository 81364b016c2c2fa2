//! Rounds in turns: the yardstick, ours, the yardstick again; medians of each.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use model::{Draws, Rng as _};
use storage::Store;
use storage_sqlite::{Options, SqliteStore};

use super::course::{Course, preload};
use super::parcel::{Clock, Maker, core};
use crate::report::{Figure, Sheet, median};
use crate::{Effort, naive, program};

/// Signals in one event: the event itself, whose step hands the message over, and the provider's answer.
const SIGNALS: u64 = 2;
/// Few people, against whom many are compared.
const FEW: u32 = 10_000;

/// Rates on SQLite, the cost of many people, and what they take on the disk and in memory.
pub async fn sqlite(folder: &Path, effort: Effort, sheet: &mut Sheet) -> Result<()> {
    let place = tempfile::tempdir_in(folder)?;
    let people = effort.people();
    let data = place.path().join("data");
    std::fs::create_dir(&data)?;
    let many = Ours::open(&data.join("antiphon.db"), people).await?;
    let few = Ours::open(&place.path().join("few.db"), FEW).await?;
    let mut rows = Rows::open(place.path(), people).await?;
    let before = many.store.stats().await?;
    let (mut ours, mut of_few, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    let (mut events, mut bytes) = (0, 0);
    for _ in 0..effort.pick(5, 2) {
        plain.push(rows.round(effort.span(4, 1)).await?);
        let before = written();
        let done = many.course.run(effort.span(5, 2)).await?;
        bytes += written() - before;
        events += done.events;
        ours.push(done.per_second());
        of_few.push(few.course.run(effort.span(5, 2)).await?.per_second());
    }
    let after = many.store.stats().await?;
    ensure!(after.steps - before.steps == events * SIGNALS, "{events} events took {} signals", after.steps - before.steps);
    let (idle, waiting) = (idle_bytes(place.path()).await?, many.preloaded_bytes / f64::from(people));
    let (rate, rate_few) = (median(ours), median(of_few));
    sheet.add([
        Figure::new("event_step_sqlite", rate, "events/s").against(median(plain)),
        Figure::new("signal_step_sqlite", rate * SIGNALS as f64, "signals/s"),
        Figure::new("event_cost_many_people", 1e6 / rate, "us").against(1e6 / rate_few),
        Figure::new("commits_per_event", (after.commits - before.commits) as f64 / events as f64, "commits"),
        Figure::new("disk_per_contact", idle, "bytes"),
        Figure::new("disk_per_waiting_run", waiting - idle, "bytes"),
        Figure::new("disk_per_event", after.bytes.saturating_sub(before.bytes) as f64 / events as f64, "bytes"),
        Figure::new("written_per_event", bytes as f64 / events as f64, "bytes"),
    ])?;
    drop((many, few));
    sheet.add(program::with_many(&data, people).await?)
}

/// Bytes that this process has handed to the file system: the log, and the file where the log was folded in. 0 where no system counts them.
fn written() -> u64 {
    let text = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("wchar: ")?.trim().parse().ok()).unwrap_or_default()
}

/// Our store with its people.
struct Ours {
    store: Arc<dyn Store>,
    course: Course,
    preloaded_bytes: f64,
}

impl Ours {
    async fn open(path: &Path, people: u32) -> Result<Self> {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(path, Options::default(), Arc::new(core()?))?);
        let maker = Arc::new(Maker::default());
        preload(&store, &maker, 0..people, false).await?;
        let preloaded_bytes = store.stats().await?.bytes as f64;
        Ok(Self { course: Course::new(Arc::clone(&store), maker, 0..people), store, preloaded_bytes })
    }
}

/// Bytes of a contact that waits for nothing, with the event that made it.
async fn idle_bytes(folder: &Path) -> Result<f64> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.join("idle.db"), Options::default(), Arc::new(core()?))?);
    let empty = store.stats().await?.bytes;
    preload(&store, &Arc::new(Maker::default()), 0..FEW, true).await?;
    Ok((store.stats().await?.bytes - empty) as f64 / f64::from(FEW))
}

/// The yardstick with as many people.
struct Rows {
    inner: Option<Box<(naive::sqlite::Rows, Maker, Draws)>>,
    people: u32,
    clock: Clock,
}

impl Rows {
    async fn open(folder: &Path, people: u32) -> Result<Self> {
        let path = folder.join("rows.db");
        let inner = tokio::task::spawn_blocking(move || {
            let maker = Maker::default();
            let mut rows = naive::sqlite::Rows::open(&path, Arc::new(core()?))?;
            rows.preload((0..people).map(|person| maker.shipped(person)))?;
            anyhow::Ok(Box::new((rows, maker, Draws::new(1))))
        });
        Ok(Self { inner: Some(inner.await??), people, clock: Clock::start() })
    }

    async fn round(&mut self, span: Duration) -> Result<f64> {
        let Some(mut inner) = self.inner.take() else { anyhow::bail!("a round of the yardstick failed before") };
        let (people, clock) = (self.people, self.clock);
        let (inner, rate) = tokio::task::spawn_blocking(move || {
            let (rows, maker, draws) = &mut *inner;
            let before = rows.sent()?;
            let began = Instant::now();
            let mut events = 0_u64;
            while began.elapsed() < span {
                let person = draws.below(u64::from(people)) as u32;
                rows.event(maker, &maker.moved(person, clock.now()?))?;
                events += 1;
            }
            let rate = events as f64 / began.elapsed().as_secs_f64();
            ensure!(rows.sent()? - before == events, "not every event was sent");
            anyhow::Ok((inner, rate))
        })
        .await??;
        self.inner = Some(inner);
        Ok(rate)
    }
}
