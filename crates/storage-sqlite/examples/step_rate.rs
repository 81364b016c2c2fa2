//! Steps per second for several group sizes, on a population of contacts, with the rows of an ordinary journey step.
//!
//! `cargo run --release -p storage-sqlite --example step_rate -- [folder] [contacts] [seconds per size] [writer cache in KiB]`
//!
//! Each signal has a dedupe key and changes: state (600 bytes) and wake, one message in and one out, a decision, three timeline lines, a run,
//! two counters. Beside the rate stand commits and bytes written a step, which carry over to other disks
//! where the rate does not.
#![expect(clippy::disallowed_methods, reason = "it measures real time")]

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::change::{Changes, CounterDelta, RunStatus};
use model::signal::{Signal, Target};
use model::timeline::TimelineKind;
use model::{ContactId, Draws, Message, MessageId, MessageStatus, Millis, Rng, RunId};
use storage::{Decider, StepError, StepInput, StepOutput, Store};
use storage_sqlite::{Options, SqliteStore};
use storage_tests::make;

/// Changes as a journey step makes them, without the deciding.
struct Ordinary;

impl Decider for Ordinary {
    fn decide(&self, input: StepInput<'_>) -> Result<StepOutput, StepError> {
        let (contact, workspace, now) = (input.contact, input.signal.workspace, input.signal.arrival_time);
        let mut ids = Draws::keyed(&[&input.signal.id.to_bytes()]);
        let mut state = input.state.map_or_else(|| vec![0; 600], <[u8]>::to_vec);
        state[..16].copy_from_slice(&input.signal.id.to_bytes());
        let own = |message: Message| Message { contact, workspace, created_at: now, ..message };
        let out = MessageId::mint(now, &mut ids);
        let messages = vec![
            own(Message { id: MessageId::mint(now, &mut ids), ..make::message(0, MessageStatus::Received) }),
            own(Message { id: out, origin: make::by_journey("reminder"), ..make::message(0, MessageStatus::Accepted) }),
        ];
        let mut decision = make::decision(0, Some(out), false);
        decision.id = model::DecisionId::mint(now, &mut ids);
        (decision.contact, decision.workspace) = (contact, workspace);
        let timeline = [TimelineKind::MessageReceived, TimelineKind::StepEntered, TimelineKind::MessageQueued].map(|kind| {
            let mut line = make::timeline(u128::from(ids.next_u64()), kind);
            (line.contact, line.workspace) = (contact, workspace);
            line
        });
        let mut run = make::run(0, "reminder", RunStatus::Active, "answer");
        (run.id, run.contact) = (RunId::from_u128(contact.as_u128()), contact);
        let count =
            |name: &str| CounterDelta { scope: "journey:reminder:1".to_owned(), key: "answer".to_owned(), name: name.to_owned(), by: 1 };
        let link = match &input.signal.target {
            Target::Addresses { keys, .. } => keys.clone(),
            _ => Vec::new(),
        };
        let changes = Changes {
            link,
            messages,
            decisions: vec![decision],
            timeline: timeline.into(),
            runs: vec![run],
            counters: vec![count("entered"), count("sent")],
            next_wake: Some(now + Millis::from_hours(4 + ids.below(1_000).cast_signed())),
            ..Changes::default()
        };
        Ok(StepOutput { state, changes, reply: serde_json::Value::Null })
    }
}

/// Bytes that this process handed to the file system: the log, and the file when the log is folded in. Not known on every system.
fn written() -> u64 {
    let text = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("wchar: ")?.trim().parse().ok()).unwrap_or(0)
}

fn argument<T: std::str::FromStr>(place: usize, default: T) -> T {
    std::env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let temporary = tempfile::tempdir()?;
    let folder: PathBuf = argument(1, temporary.path().to_owned());
    let contacts: u32 = argument(2, 20_000);
    let seconds: u64 = argument(3, 2);
    let defaults = Options::default();
    let options = Options { writer_cache_kib: argument(4, defaults.writer_cache_kib), ..defaults };
    let store = Arc::new(SqliteStore::open(folder.join("step_rate.db"), options, Arc::new(Ordinary))?);
    let mut out = std::io::stdout().lock();
    let mut serial: u128 = 1;
    let mut signal = |target: Target| {
        serial += 1;
        let id = (u128::from(make::at(0).as_millis().unsigned_abs()) << 80) | serial;
        Signal {
            dedupe_key: Some(format!("wamid.{:032x}", serial.wrapping_mul(0x9E37_79B9_7F4A_7C15))),
            ..make::signal(id, target, model::signal::SignalBody::Wake)
        }
    };
    let mut known: Vec<ContactId> = Vec::new();
    let start = Instant::now();
    for first in (0..contacts).step_by(512) {
        let batch = (first..contacts.min(first + 512)).map(|n| signal(make::to_phone(n))).collect();
        known.extend(store.step(batch).await?.into_iter().map(|outcome| make::applied(outcome).contact));
    }
    writeln!(out, "{contacts} contacts made in {:.1} s", start.elapsed().as_secs_f64())?;
    writeln!(
        out,
        "{:>6} {:>10} {:>13} {:>12} {:>9} {:>9} {:>9}",
        "group", "steps/s", "commits/step", "KB written", "p50 ms", "p99 ms", "max ms"
    )?;
    let mut draws = Draws::new(1);
    for size in [1usize, 16, 64, 256, 1_024] {
        let before = store.stats().await?;
        let bytes = written();
        let mut took: Vec<Duration> = Vec::new();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(seconds) {
            let batch = (0..size).map(|_| signal(Target::Contact(known[draws.below(known.len() as u64) as usize]))).collect();
            let call = Instant::now();
            for outcome in store.step(batch).await? {
                make::applied(outcome);
            }
            took.push(call.elapsed());
        }
        let rate = (took.len() * size) as f64 / start.elapsed().as_secs_f64();
        let after = store.stats().await?;
        let commits = (after.commits - before.commits) as f64 / (after.steps - before.steps) as f64;
        let bytes = (written() - bytes) as f64 / 1e3 / (after.steps - before.steps) as f64;
        took.sort_unstable();
        let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
        writeln!(out, "{size:>6} {rate:>10.0} {commits:>13.4} {bytes:>12.2} {:>9.2} {:>9.2} {:>9.2}", at(0.5), at(0.99), at(1.0))?;
    }
    let stats = store.stats().await?;
    writeln!(out, "{} signals, {:.0} bytes a signal in the file", stats.signals, stats.bytes as f64 / stats.signals as f64)?;
    Ok(())
}
