//! The writer: a thread that decides and one that writes, so that a group is decided while the one before it is on its way into the file.

mod ahead;
mod cache;
mod changes;
mod commit;
mod documents;
mod fetch;
mod flush;
mod group;
mod handover;
mod held;
mod memory;
mod newest;
mod orphans;
mod parked;
mod pen;
mod recipients;
mod resolve;
mod room;
mod row;
mod statements;
mod step;
mod work;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded, unbounded};
use rusqlite::Connection;
use storage::{Decider, StorageError, StorageErrorKind};

use crate::hashes::{Index, Keeper};
use crate::options::Options;
use crate::wakes::Wakes;

use ahead::Ahead;
pub(crate) use cache::Numbers;
use commit::Committer;
use fetch::{Fetchers, Pace};
pub(crate) use group::Group;
use handover::Handover;
pub(crate) use held::{direction, status, stretch};
use memory::Memory;
pub(crate) use statements::Statements;
pub(crate) use work::{Step, Work, Write};

/// Wakes that move before they are saved: at most so many contacts are read again after a crash.
const UNSAVED: usize = 8_192;

/// What was done since the store was opened.
#[derive(Default)]
pub(crate) struct Metrics {
    pub(crate) commits: AtomicU64,
    pub(crate) steps: AtomicU64,
    /// Contacts that were read before their turn.
    pub(crate) read_ahead: AtomicU64,
}

pub(crate) struct Writer {
    /// Dropped before the others end: theirs is the last connection.
    fetchers: Option<Fetchers>,
    jobs: Option<Sender<Box<dyn Work>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Writer {
    /// `conn` writes, `reader` is what groups are decided with that are ahead of it.
    pub(crate) fn start(
        conn: Connection,
        reader: Connection,
        decider: Arc<dyn Decider>,
        options: &Options,
        metrics: Arc<Metrics>,
        wakes: Arc<Mutex<Wakes>>,
        hashes: Arc<Index>,
    ) -> Result<Self, StorageError> {
        let (loaded, unsaved) = Wakes::load(&conn)?;
        *wakes.lock().unwrap_or_else(PoisonError::into_inner) = loaded;
        let pace = Arc::new(Pace::default());
        let path = conn.path().map(PathBuf::from).unwrap_or_default();
        let fetchers = Fetchers::start(Arc::clone(&pace), &path, options, &hashes, &metrics)?;
        let memory = Arc::new(Mutex::new(Memory::load(&Statements::new(&conn), Arc::clone(&hashes), pace)?));
        let hashes = Keeper::new(&Statements::new(&conn), hashes)?;
        let ((jobs, queue), (broken, broke)) = (unbounded(), bounded(1));
        let handover = Arc::new(Handover::default());
        let committer = Committer {
            decider: Arc::clone(&decider),
            memory: Arc::clone(&memory),
            handover: Arc::clone(&handover),
            broke: broken,
            metrics,
            wakes,
            unsaved,
            hashes,
        };
        let ahead = Ahead { decider, memory, handover, broke, limit: options.group_signals.max(1) };
        let threads =
            vec![thread("store-decide", move || ahead.run(&reader, &queue))?, thread("store-write", move || committer.run(&conn))?];
        Ok(Self { fetchers: Some(fetchers), jobs: Some(jobs), threads })
    }

    /// Hands work over. It is dropped, and its caller told so, if the writer has stopped.
    pub(crate) fn submit(&self, work: Box<dyn Work>) {
        if let Some(fetchers) = &self.fetchers {
            fetchers.ask(work.signals());
        }
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(work);
        }
    }
}

fn thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StorageError> {
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    started.map_err(|error| StorageError::because(StorageErrorKind::Unavailable, "no thread for the writer", error))
}

impl Drop for Writer {
    /// Commits what was handed over, then stops.
    fn drop(&mut self) {
        self.fetchers = None;
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
