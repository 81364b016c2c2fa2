//! The writer: one thread, one connection, one transaction for everything that arrived meanwhile.

mod changes;
mod documents;
mod group;
mod orphans;
mod parked;
mod recipients;
mod resolve;
mod step;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::Connection;
use storage::{Decider, StorageError, StorageErrorKind};

use crate::error::{is_own_fault, sql};
use crate::options::Options;

pub(crate) use group::Group;
use group::Memory;
pub(crate) use work::{Step, Work, Write};

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
    ) -> Result<Self, StorageError> {
        let (jobs, queue) = unbounded();
        let limit = options.group_signals.max(1);
        let memory = Memory::load(&conn)?;
        let thread = std::thread::Builder::new()
            .name("store-write".to_owned())
            .spawn(move || Loop { conn, decider, memory, metrics, limit }.run(&queue))
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
    }

    /// First without a net; if a piece of work fails by its own fault, again with one savepoint for each, so that only it fails.
    fn commit(&mut self, mut jobs: Vec<Box<dyn Work>>) {
        let mut outcome = self.attempt(&mut jobs, false);
        if outcome.as_ref().is_err_and(is_own_fault) {
            outcome = self.attempt(&mut jobs, true);
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

    fn attempt(&mut self, jobs: &mut [Box<dyn Work>], careful: bool) -> Result<u64, StorageError> {
        let failed = sql("the store cannot commit");
        self.conn.execute_batch("BEGIN IMMEDIATE").map_err(&failed)?;
        let mut group = Group::new(&self.conn, &*self.decider, &mut self.memory, careful);
        let mut outcome = jobs.iter_mut().try_for_each(|job| job.run(&mut group)).and_then(|()| group.flush());
        let steps = group.steps();
        if outcome.is_ok() {
            outcome = self.conn.execute_batch("COMMIT").map_err(&failed);
        }
        if let Err(error) = outcome {
            // Some failures roll back by themselves.
            if !self.conn.is_autocommit() {
                let _ = self.conn.execute_batch("ROLLBACK");
            }
            self.memory.reload(&self.conn);
            return Err(error);
        }
        Ok(steps)
    }
}
