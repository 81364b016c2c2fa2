//! The writer: one thread, one connection, one transaction for everything that arrived meanwhile.

mod cache;
mod changes;
mod documents;
mod flush;
mod group;
mod held;
mod memory;
mod orphans;
mod parked;
mod recipients;
mod resolve;
mod step;
mod work;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::Connection;
use storage::{Decider, StorageError, StorageErrorKind};

use crate::error::{is_own_fault, sql};
use crate::options::Options;
use crate::wakes::{Moved, Wakes};

pub(crate) use group::Group;
pub(crate) use held::{direction, status, stretch};
use memory::Memory;
pub(crate) use work::{Step, Work, Write};

/// Wakes that move before they are saved: at most so many contacts are read again after a crash.
const UNSAVED: usize = 8_192;

/// What was done since the store was opened.
#[derive(Default)]
pub(crate) struct Metrics {
    pub(crate) commits: AtomicU64,
    pub(crate) steps: AtomicU64,
}

pub(crate) struct Writer {
    jobs: Option<Sender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(
        conn: Connection,
        decider: Arc<dyn Decider>,
        options: &Options,
        metrics: Arc<Metrics>,
        wakes: Arc<Mutex<Wakes>>,
    ) -> Result<Self, StorageError> {
        let (jobs, queue) = unbounded();
        let limit = options.group_signals.max(1);
        let (loaded, unsaved) = Wakes::load(&conn)?;
        *wakes.lock().unwrap_or_else(PoisonError::into_inner) = loaded;
        let memory = Memory::load(&conn, unsaved)?;
        let thread = std::thread::Builder::new()
            .name("store-write".to_owned())
            .spawn(move || Loop { conn, decider, memory, metrics, wakes, limit }.run(&queue))
            .map_err(|error| StorageError::because(StorageErrorKind::Unavailable, "no thread for the writer", error))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands work over. It is dropped, and its caller told so, if the writer has stopped.
    pub(crate) fn submit(&self, work: Box<dyn Work>) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(work);
        }
    }
}

impl Drop for Writer {
    /// Commits what was handed over, then stops.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Loop {
    conn: Connection,
    decider: Arc<dyn Decider>,
    memory: Memory,
    metrics: Arc<Metrics>,
    wakes: Arc<Mutex<Wakes>>,
    limit: usize,
}

impl Loop {
    fn run(mut self, queue: &Receiver<Box<dyn Work>>) {
        while let Ok(first) = queue.recv() {
            let mut weight = first.weight();
            let mut group = vec![first];
            while weight < self.limit
                && let Ok(next) = queue.try_recv()
            {
                weight += next.weight();
                group.push(next);
            }
            self.commit(group);
        }
        // Nobody waits any more; the next start need not read again who stepped.
        if let Err(error) = self.attempt(&mut [], false, 1) {
            tracing::warn!("The timers were not saved, the next start takes a little longer: {}", crate::error::described(&error));
        }
    }

    /// First without a net; if a piece of work fails by its own fault, again with one savepoint for each, so that only it fails.
    fn commit(&mut self, mut jobs: Vec<Box<dyn Work>>) {
        let mut outcome = self.attempt(&mut jobs, false, UNSAVED);
        if outcome.as_ref().is_err_and(is_own_fault) {
            outcome = self.attempt(&mut jobs, true, UNSAVED);
        }
        match &outcome {
            Ok(steps) => {
                self.metrics.commits.fetch_add(1, Ordering::Relaxed);
                self.metrics.steps.fetch_add(*steps, Ordering::Relaxed);
            }
            Err(error) => {
                tracing::error!(work = jobs.len(), "A commit failed, nothing of it is stored: {}", crate::error::described(error));
            }
        }
        let outcome = outcome.map(|_| ());
        for job in jobs {
            job.answer(&outcome);
        }
    }

    fn attempt(&mut self, jobs: &mut [Box<dyn Work>], careful: bool, unsaved: usize) -> Result<u64, StorageError> {
        self.run_sql("BEGIN IMMEDIATE")?;
        let mut group = Group::new(&self.conn, &*self.decider, &mut self.memory, careful);
        let mut outcome = jobs.iter_mut().try_for_each(|job| job.run(&mut group)).and_then(|()| group.flush());
        let saves = group.saves_wakes(unsaved);
        if outcome.is_ok() && saves {
            outcome = group.save_wakes();
        }
        let steps = group.steps();
        let moved = group.into_moved();
        if let Err(error) = outcome.and_then(|()| self.run_sql("COMMIT")) {
            // Some failures roll back by themselves.
            if !self.conn.is_autocommit() {
                let _ = self.run_sql("ROLLBACK");
            }
            self.memory.reload(&self.conn);
            return Err(error);
        }
        self.settle(&moved, saves);
        Ok(steps)
    }

    /// What is committed is true for everybody from here on.
    fn settle(&mut self, moved: &[Moved], saved: bool) {
        self.memory.settle();
        if saved {
            self.memory.unsaved = BTreeMap::new();
        } else {
            self.memory.unsaved.extend(moved.iter().map(|(n, _, after)| (*n, after.map(model::Timestamp::as_millis))));
        }
        if !moved.is_empty() {
            self.wakes.lock().unwrap_or_else(PoisonError::into_inner).apply(moved);
        }
    }

    fn run_sql(&self, statement: &'static str) -> Result<(), StorageError> {
        let failed = sql("the store cannot commit");
        self.conn.prepare_cached(statement).map_err(&failed)?.execute([]).map_err(&failed).map(drop)
    }
}
