//! Asking early. Whoever decides reads one row after the other, and where the file is larger than the memory each of them may wait for the disk.
//! A disk answers many at once: while it is slow, the rows of signals that wait are read beside, so that they are in the system's cache when
//! their turn comes. What is read here is looked at by nobody.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use model::signal::{Signal, Target};
use model::{AddressKey, Channel, ContactId, MessageId, WorkspaceId};
use rusqlite::params;
use storage::StorageError;

use super::Metrics;
use super::held::Held;
use super::statements::Statements;
use crate::hashes::Index;
use crate::open;
use crate::options::{Options, ReadAhead};
use crate::rows;
use crate::sql::{contact, message};

/// How many ask at once. A disk that is slow for one has room for as many.
const FETCHERS: usize = 16;
/// Signals that wait to be fetched; whoever comes beyond that is not.
const WAITING_MAX: usize = 4_096;
/// A row from the system's cache takes a tenth of this.
const SLOW: Duration = Duration::from_micros(150);
/// For so long nobody looks whether the disk is still slow: a few rows are read unfetched then.
const STAYS: Duration = Duration::from_secs(20);
/// The mean of loads moves by this part of each.
const SMOOTH: u32 = 16;

/// How long the rows take that deciding waits for.
#[derive(Default)]
pub(super) struct Pace {
    is_slow: AtomicBool,
}

impl Pace {
    /// Whether it pays to fetch.
    pub(super) fn is_slow(&self) -> bool {
        self.is_slow.load(Ordering::Relaxed)
    }
}

/// Measures, for one thread.
pub(super) struct Watch {
    pace: Arc<Pace>,
    mean: Duration,
    since: Option<Instant>,
}

impl Watch {
    pub(super) const fn new(pace: Arc<Pace>) -> Self {
        Self { pace, mean: Duration::ZERO, since: None }
    }

    /// A row was loaded that began to be read at `began`.
    pub(super) fn loaded(&mut self, began: Instant) {
        let now = now();
        if let Some(since) = self.since {
            if now - since < STAYS {
                return;
            }
            (self.since, self.mean) = (None, Duration::ZERO);
            self.pace.is_slow.store(false, Ordering::Relaxed);
            return;
        }
        self.mean = self.mean * (SMOOTH - 1) / SMOOTH + (now - began) / SMOOTH;
        if self.mean > SLOW {
            self.since = Some(now);
            self.pace.is_slow.store(true, Ordering::Relaxed);
        }
    }
}

/// What is measured here is this machine's disk, and no decision depends on it.
#[expect(clippy::disallowed_methods, reason = "how long a read took, which no clock of the product tells")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// What a signal will need.
enum Wanted {
    Contact(ContactId),
    Addresses(Vec<AddressKey>),
    Message(MessageId),
    Provider(Channel, String),
}

pub(super) struct Fetchers {
    pace: Arc<Pace>,
    when: ReadAhead,
    jobs: Option<Sender<(WorkspaceId, Wanted)>>,
    threads: Vec<JoinHandle<()>>,
}

impl Fetchers {
    /// They open their connections when there is something to fetch for the first time.
    pub(super) fn start(
        pace: Arc<Pace>,
        path: &Path,
        options: &Options,
        hashes: &Arc<Index>,
        metrics: &Arc<Metrics>,
    ) -> Result<Self, StorageError> {
        let (jobs, queue) = bounded(WAITING_MAX);
        // The rows go into the system's cache; what a fetcher has itself serves the upper levels of trees only.
        let options = Options { reader_cache_kib: 256, ..options.clone() };
        let threads = (0..FETCHERS).map(|number| {
            let (hashes, metrics) = (Arc::clone(hashes), Arc::clone(metrics));
            let fetcher = Fetcher { path: path.to_owned(), options: options.clone(), hashes, metrics, queue: queue.clone() };
            super::thread(&format!("store-fetch-{number}"), move || fetcher.run())
        });
        Ok(Self { pace, when: options.read_ahead, jobs: Some(jobs), threads: threads.collect::<Result<_, _>>()? })
    }

    pub(super) fn ask(&self, signals: &[Signal]) {
        let wanted = self.when == ReadAhead::Always || self.pace.is_slow();
        let Some(jobs) = self.jobs.as_ref().filter(|_| wanted) else { return };
        for signal in signals {
            let wanted = match &signal.target {
                Target::Contact(id) => Wanted::Contact(*id),
                Target::Addresses { keys, .. } => Wanted::Addresses(keys.clone()),
                Target::Message(id) => Wanted::Message(*id),
                Target::ProviderMessage { channel, provider_id } => Wanted::Provider(*channel, provider_id.clone()),
            };
            if jobs.try_send((signal.workspace, wanted)).is_err() {
                return;
            }
        }
    }
}

impl Drop for Fetchers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

struct Fetcher {
    path: PathBuf,
    options: Options,
    hashes: Arc<Index>,
    metrics: Arc<Metrics>,
    queue: Receiver<(WorkspaceId, Wanted)>,
}

impl Fetcher {
    fn run(self) {
        let Ok(mut job) = self.queue.recv() else { return };
        // Without a connection nothing is fetched, and whoever decides reads for themselves.
        let Ok(conn) = open::reader(&self.path, &self.options) else { return };
        let statements = Statements::new(&conn);
        loop {
            // A fault is for whoever needs the row.
            let _ = self.fetch(&statements, job.0, &job.1);
            match self.queue.recv() {
                Ok(next) => job = next,
                Err(_) => return,
            }
        }
    }

    fn fetch(&self, statements: &Statements<'_>, ws: WorkspaceId, wanted: &Wanted) -> Result<(), StorageError> {
        let number = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        let Some(ws) = statements.find(contact::WORKSPACE, [ws.to_bytes()], number)? else { return Ok(()) };
        let (first, end) = rows::range(ws);
        let owner = match wanted {
            Wanted::Contact(id) => statements.find(contact::CONTACT_BY_ID, params![ws, id.to_bytes()], number)?,
            Wanted::Addresses(keys) => {
                let mut owner = None;
                for key in keys {
                    owner = statements.find(contact::ADDRESS_OWNER, params![ws, key.kind.as_str(), key.value], number)?;
                    if owner.is_some() {
                        break;
                    }
                }
                owner
            }
            Wanted::Message(id) => statements.find(message::MESSAGE_BY_ID, params![id.to_bytes(), first, end], |row| row.get(1))?,
            Wanted::Provider(channel, id) => {
                let numbers = self.hashes.find(statements.connection(), rows::provider(ws, *channel, id))?;
                match numbers.first() {
                    Some(n) => statements.find(message::MESSAGE_BY_NUMBER, [n], |row| row.get(1))?,
                    None => None,
                }
            }
        };
        if let Some(n) = owner
            && statements.find(contact::CONTACT_LOAD, [n], Held::read)?.is_some()
        {
            self.metrics.read_ahead.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_keep_coming_late_are_fetched_and_a_single_late_one_is_not() {
        let pace = Arc::new(Pace::default());
        let mut watch = Watch::new(Arc::clone(&pace));
        let late = || now().checked_sub(Duration::from_millis(1)).expect("a clock that ran for a millisecond");
        watch.loaded(late());
        assert!(!pace.is_slow());
        (0..4).for_each(|_| watch.loaded(late()));
        assert!(pace.is_slow());
        watch.loaded(now());
        assert!(pace.is_slow(), "what is fetched comes in time; that is no reason to stop");
        watch.since = now().checked_sub(STAYS);
        watch.loaded(late());
        assert!(!pace.is_slow(), "now and then the disk is looked at anew");
    }
}
