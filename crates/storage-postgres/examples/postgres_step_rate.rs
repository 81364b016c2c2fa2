//! Steps per second for several numbers of callers, on a population of contacts, with the rows of an ordinary journey step.
//!
//! `cargo run --release -p storage-postgres --example postgres_step_rate -- [contacts] [seconds per line] [URL of a server, else one of its own] [workers]`
//!
//! The same work as the example `step_rate` of `storage-sqlite`. Callers hand over one signal at a time and wait for its answer; the last
//! lines hand over 256 at a time. Beside the rate stand commits and bytes of the write-ahead log for each step, which carry over to other
//! machines where the rate does not.
#![expect(clippy::disallowed_methods, reason = "it measures real time")]

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use model::change::{Changes, CounterDelta, RunStatus};
use model::signal::{Signal, SignalBody, Target};
use model::timeline::TimelineKind;
use model::{ContactId, Draws, Message, MessageId, MessageStatus, Millis, Rng, RunId};
use postgres_server::{Server, Settings as ServerSettings};
use storage::{Decider, StepError, StepInput, StepOutput, Store};
use storage_postgres::{PostgresStore, Settings};
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

fn argument<T: std::str::FromStr>(place: usize, default: T) -> T {
    std::env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(default)
}

static SERIAL: AtomicU64 = AtomicU64::new(1);

fn signal(target: Target) -> Signal {
    let serial = u128::from(SERIAL.fetch_add(1, Ordering::Relaxed));
    let id = (u128::from(make::at(0).as_millis().unsigned_abs()) << 80) | serial;
    Signal {
        dedupe_key: Some(format!("wamid.{:032x}", serial.wrapping_mul(0x9E37_79B9_7F4A_7C15))),
        ..make::signal(id, target, SignalBody::Wake)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (contacts, seconds): (u32, u64) = (argument(1, 20_000), argument(2, 3));
    let given: String = argument(3, String::new());
    let workers: usize = argument(4, 3);
    let server = if given.is_empty() || given == "-" {
        Some(Server::start(&ServerSettings::durable().with("shared_buffers", "2GB").with("wal_compression", "lz4"))?)
    } else {
        None
    };
    let url = match &server {
        Some(server) => server.create_database("step_rate")?,
        None => given,
    };
    let separator = if url.contains('?') { '&' } else { '?' };
    let store = Arc::new(PostgresStore::open(Settings::parse(&format!("{url}{separator}workers={workers}"))?, Arc::new(Ordinary)).await?);
    let wal = || -> f64 {
        let position = server.as_ref().and_then(|server| server.psql("step_rate", "SELECT pg_current_wal_lsn() - '0/0'").ok());
        position.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
    };
    let mut out = std::io::stdout().lock();
    let mut known: Vec<ContactId> = Vec::new();
    let start = Instant::now();
    for first in (0..contacts).step_by(512) {
        let batch = (first..contacts.min(first + 512)).map(|n| signal(make::to_phone(n))).collect();
        known.extend(store.step(batch).await?.into_iter().map(|outcome| make::applied(outcome).contact));
    }
    writeln!(out, "{contacts} contacts made in {:.1} s", start.elapsed().as_secs_f64())?;
    if let Some(server) = &server {
        server.psql("step_rate", "ANALYZE")?;
    }
    writeln!(
        out,
        "{:>8} {:>8} {:>10} {:>13} {:>9} {:>9} {:>9} {:>11}",
        "callers", "signals", "steps/s", "commits/step", "p50 ms", "p99 ms", "max ms", "WAL B/step"
    )?;
    let known: Arc<[ContactId]> = known.into();
    for (callers, size) in [(1usize, 1usize), (16, 1), (64, 1), (256, 1), (1_024, 1), (2, 256), (4, 256), (8, 256)] {
        let (before, wal_before) = (store.stats().await?, wal());
        let start = Instant::now();
        let tasks: Vec<_> = (0..callers)
            .map(|caller| {
                let (store, known) = (Arc::clone(&store), Arc::clone(&known));
                tokio::spawn(async move {
                    let mut draws = Draws::new(caller as u64 + SERIAL.load(Ordering::Relaxed));
                    let mut took: Vec<Duration> = Vec::new();
                    while start.elapsed() < Duration::from_secs(seconds) {
                        let batch = (0..size).map(|_| signal(Target::Contact(known[draws.below(known.len() as u64) as usize]))).collect();
                        let call = Instant::now();
                        for outcome in store.step(batch).await.expect("the step is committed") {
                            make::applied(outcome);
                        }
                        took.push(call.elapsed());
                    }
                    took
                })
            })
            .collect();
        let mut took = Vec::new();
        for task in tasks {
            took.extend(task.await?);
        }
        let rate = (took.len() * size) as f64 / start.elapsed().as_secs_f64();
        let (after, wal_after) = (store.stats().await?, wal());
        let steps = (after.steps - before.steps) as f64;
        let commits = (after.commits - before.commits) as f64 / steps;
        took.sort_unstable();
        let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
        writeln!(
            out,
            "{callers:>8} {size:>8} {rate:>10.0} {commits:>13.4} {:>9.2} {:>9.2} {:>9.2} {:>11.0}",
            at(0.5),
            at(0.99),
            at(1.0),
            (wal_after - wal_before) / steps
        )?;
    }
    let stats = store.stats().await?;
    writeln!(out, "{} signals, {:.0} bytes a signal in the database", stats.signals, stats.bytes as f64 / stats.signals as f64)?;
    Ok(())
}
