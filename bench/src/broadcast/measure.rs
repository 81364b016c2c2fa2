//! How fast, in how much memory, and whether everybody is there once after a kill.
//!
//! The yardstick plans recipients one by one, each in a durable transaction of its own. Memory is this process's, with the store in it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use model::broadcast::{BroadcastState, NewRecipient, RecipientState};
use model::signal::{BroadcastAct, SignalBody, Target};
use model::{BroadcastId, Clock as _, Timestamp};
use runtime::{BroadcastAsk, BroadcastLoop, Engine, NewSignal, SystemClock};
use storage::{DocumentExt, StepOutcome};

use super::killed;
use super::stage::{OFFER, SENDER, WORKSPACE, fill, open, pending, set_up, until, write};
use crate::Effort;
use crate::report::{Figure, median};

/// Parts of the audience of which the median is taken.
const PARTS: u64 = 5;
/// After so many of them the process is killed.
const KILLED_AFTER: u64 = 2;

pub async fn measure(folder: &Path, effort: Effort) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir_in(folder)?;
    let file = folder.path().join("broadcast.db");
    let mut engine = open(&file).await?;
    set_up(&engine).await?;
    let people = effort.people();
    fill(&engine, people).await?;

    let one_by_one = one_by_one(&engine, effort.pick(2_000, 300)).await?;
    write(&engine, OFFER).await?;
    engine.ask_broadcast(WORKSPACE, OFFER, &BroadcastAsk::Freeze, "bench", None).await?;
    let mut ticking = BroadcastLoop::new(Arc::clone(&engine));
    let start = Instant::now();
    until(&mut ticking, &engine, |state, _| state == BroadcastState::Checking).await?;
    let frozen = f64::from(people) / start.elapsed().as_secs_f64();

    let (memory, size) = (resident()?, std::fs::metadata(&file)?.len());
    let (mut grown, mut again) = (0, f64::NAN);
    engine.ask_broadcast(WORKSPACE, OFFER, &BroadcastAsk::Start { at: None }, "bench", None).await?;
    let mut rates = Vec::new();
    let mut before = u64::from(people);
    for part in 1..=PARTS {
        let left = u64::from(people) - u64::from(people) * part / PARTS;
        let start = Instant::now();
        until(&mut ticking, &engine, |_, pending| pending <= left).await?;
        let now = pending(&engine).await?;
        rates.push((before - now) as f64 / start.elapsed().as_secs_f64());
        before = now;
        grown = grown.max(resident()?.saturating_sub(memory));
        if part == KILLED_AFTER {
            // One process at a time has the file.
            drop((ticking, engine));
            killed::plan(&file, left.saturating_sub(u64::from(people) / PARTS / 2))?;
            let start = Instant::now();
            engine = open(&file).await?;
            ticking = BroadcastLoop::new(Arc::clone(&engine));
            before = pending(&engine).await?;
            until(&mut ticking, &engine, |_, pending| pending < before).await?;
            again = start.elapsed().as_secs_f64() * 1e3;
            before = pending(&engine).await?;
        }
    }
    let bytes = std::fs::metadata(&file)?.len().saturating_sub(size) as f64 / f64::from(people);
    check(&engine, people).await?;
    Ok(vec![
        Figure::new("broadcast_freeze", frozen, "contacts/s"),
        Figure::new("broadcast_plan", median(rates), "recipients/s").against(one_by_one),
        Figure::new("broadcast_memory", grown as f64 / 1e6, "MB more"),
        Figure::new("broadcast_disk", bytes, "B each"),
        Figure::new("broadcast_again_after_kill", again, "ms"),
    ])
}

/// Everybody has one row, in an explained state, and one message if it says so.
async fn check(engine: &Engine, people: u32) -> Result<()> {
    let progress = engine.broadcast_progress(WORKSPACE, OFFER).await?;
    ensure!(progress.total() == u64::from(people), "{} rows for {people} people", progress.total());
    ensure!(progress.count(RecipientState::Pending) == 0 && progress.count(RecipientState::Silent) == 0, "{progress:?}");
    ensure!(progress.count(RecipientState::HeldOut) > 0, "{progress:?}");
    let queued = engine.store().queued(SENDER, Timestamp::MAX, people.saturating_mul(2)).await?;
    let contacts: BTreeSet<_> = queued.iter().map(|message| message.contact).collect();
    ensure!(contacts.len() == queued.len(), "{} people have more than one message", queued.len() - contacts.len());
    ensure!(queued.len() as u64 == progress.count(RecipientState::Queued), "{} messages wait; {progress:?}", queued.len());
    Ok(())
}

/// The plain way: each recipient in a transaction of their own.
async fn one_by_one(engine: &Arc<Engine>, many: u32) -> Result<f64> {
    let id = BroadcastId::from_u128(4);
    write(engine, id).await?;
    engine.ask_broadcast(WORKSPACE, id, &BroadcastAsk::Freeze, "bench", None).await?;
    let contacts = engine.store().scan_contacts(WORKSPACE, None, many).await?;
    let rows: Vec<NewRecipient> = contacts.iter().map(|(contact, _)| NewRecipient { contact: *contact, canary: false }).collect();
    engine.store().add_recipients(WORKSPACE, id, &rows, engine.now()).await?;
    // Its loop never runs: what is measured is the step alone.
    let mut doc = engine.broadcast(WORKSPACE, id).await?;
    doc.value.state = BroadcastState::Running;
    doc.value.due_at = Some(SystemClock.now());
    engine.store().put(WORKSPACE, &runtime::documents::BroadcastDoc(doc.value), doc.version, SystemClock.now()).await?;
    engine.reload(WORKSPACE).await?;
    let start = Instant::now();
    for (contact, _) in &contacts {
        let body = SignalBody::Broadcast { broadcast: id, act: BroadcastAct::Plan };
        let mut signal = NewSignal::new(WORKSPACE, Target::Contact(*contact), "bench", body);
        signal.dedupe_key = Some(format!("broadcast:{id}:{contact}"));
        let outcome = engine.submit(vec![signal]).await?;
        ensure!(matches!(outcome[0], StepOutcome::Applied(_)), "{outcome:?}");
    }
    let rate = contacts.len() as f64 / start.elapsed().as_secs_f64();
    // What it queued must not count against the other's room or caps.
    let body = |id| SignalBody::Broadcast { broadcast: id, act: BroadcastAct::Withdraw };
    let withdraw = contacts.iter().map(|(contact, _)| NewSignal::new(WORKSPACE, Target::Contact(*contact), "bench", body(id)));
    engine.submit(withdraw.collect()).await?;
    engine.store().delete_document(WORKSPACE, "broadcast", &id.to_string()).await?;
    engine.reload(WORKSPACE).await?;
    Ok(rate)
}

/// Bytes of memory that this process occupies.
fn resident() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel says how much")?;
    let kib: u64 = line.split_whitespace().next().context("a number")?.parse()?;
    Ok(kib * 1024)
}
