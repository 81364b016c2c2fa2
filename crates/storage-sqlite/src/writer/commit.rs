//! The thread that writes: one connection, one transaction for everything that was decided or arrived meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::Sender;
use model::Timestamp;
use rusqlite::{Connection, params};
use storage::{Decider, StorageError};

use super::group::Group;
use super::handover::{Again, Handover, Order, Parcel};
use super::memory::Memory;
use super::pen::Pen;
use super::statements::Statements;
use super::work::Work;
use super::{Metrics, UNSAVED};
use crate::error::is_own_fault;
use crate::hashes::{Entry, Keeper};
use crate::rows;
use crate::sql::{contact, signal as log};
use crate::wakes::{Moved, Wakes};

pub(super) struct Committer {
    pub(super) decider: Arc<dyn Decider>,
    pub(super) memory: Arc<Mutex<Memory>>,
    pub(super) handover: Arc<Handover>,
    /// Tells the one who decides that something was refused.
    pub(super) broke: Sender<()>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) wakes: Arc<Mutex<Wakes>>,
    /// Wakes that moved since they were last saved.
    pub(super) unsaved: BTreeMap<i64, Option<i64>>,
    pub(super) hashes: Keeper,
}

/// However the thread ends, the other learns it.
struct Leaving<'a>(&'a Handover);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Committer {
    pub(super) fn run(mut self, conn: &Connection) {
        let statements = Statements::new(conn);
        let handover = Arc::clone(&self.handover);
        let leaving = Leaving(&handover);
        while let Some(order) = handover.take() {
            let outcome = match order {
                Order::Rows(parcel) => self.write(&statements, parcel),
                Order::Whole(jobs) => {
                    self.commit(&statements, jobs);
                    Ok(None)
                }
            };
            let broke = outcome.is_err();
            handover.done(outcome);
            if broke {
                // One note is enough.
                let _ = self.broke.try_send(());
            }
        }
        // Nobody waits any more; the next start need not read again who stepped.
        if let Err(error) = transaction(&statements, || save(&statements, &self.unsaved, &[])) {
            tracing::warn!("The timers were not saved, the next start takes a little longer: {}", crate::error::described(&error));
        }
        drop(leaving);
    }

    /// The last piece that is committed now, or the work that must be done again where it is written.
    fn write(&mut self, statements: &Statements<'_>, parcel: Parcel) -> Result<Option<u64>, Again> {
        let Parcel { jobs, rows, moved, steps, piece, .. } = parcel;
        let saves = self.unsaved.len() + moved.len() >= UNSAVED;
        let mut hashes = Vec::new();
        let outcome = transaction(statements, || {
            let mut pen = Pen::new(statements);
            rows.into_iter().try_for_each(|row| pen.write(row))?;
            pen.finish()?;
            hashes = pen.into_hashes();
            self.hashes.write(statements, &hashes)?;
            if saves { save(statements, &self.unsaved, &moved) } else { Ok(()) }
        });
        match outcome {
            Ok(()) => {
                self.committed(steps, &moved, saves, &hashes);
                jobs.into_iter().for_each(|job| job.answer(&Ok(())));
                self.tidy(statements);
                Ok(Some(piece))
            }
            Err(error) if is_own_fault(&error) => Err(jobs),
            Err(error) => {
                failed(jobs.len(), &error);
                let outcome = Err(error);
                jobs.into_iter().for_each(|job| job.answer(&outcome));
                Err(Vec::new())
            }
        }
    }

    /// First without a net; if a piece of work fails by its own fault, again with one savepoint for each, so that only it fails.
    fn commit(&mut self, statements: &Statements<'_>, mut jobs: Vec<Box<dyn Work>>) {
        let mut outcome = self.attempt(statements, &mut jobs, false);
        if outcome.as_ref().is_err_and(is_own_fault) {
            outcome = self.attempt(statements, &mut jobs, true);
        }
        if let Err(error) = &outcome {
            failed(jobs.len(), error);
        }
        jobs.into_iter().for_each(|job| job.answer(&outcome));
    }

    fn attempt(&mut self, statements: &Statements<'_>, jobs: &mut [Box<dyn Work>], careful: bool) -> Result<(), StorageError> {
        let memory = Arc::clone(&self.memory);
        let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = (0, Vec::new(), Vec::new(), false);
        let outcome = transaction(statements, || {
            let mut group = Group::now(statements, &*self.decider, &mut memory, careful);
            jobs.iter_mut().try_for_each(|job| job.run(&mut group))?;
            group.flush()?;
            let steps = group.steps();
            let (hashes, moved) = group.into_rest();
            self.hashes.write(statements, &hashes)?;
            let saves = self.unsaved.len() + moved.len() >= UNSAVED;
            if saves {
                save(statements, &self.unsaved, &moved)?;
            }
            done = (steps, hashes, moved, saves);
            Ok(())
        });
        if outcome.is_err() {
            memory.reload(statements);
            return outcome;
        }
        memory.settle();
        drop(memory);
        let (steps, hashes, moved, saves) = done;
        self.committed(steps, &moved, saves, &hashes);
        self.tidy(statements);
        Ok(())
    }

    /// What is committed is true for everybody from here on.
    fn committed(&mut self, steps: u64, moved: &[Moved], saved: bool, hashes: &[Entry]) {
        self.hashes.committed(hashes);
        self.metrics.commits.fetch_add(1, Ordering::Relaxed);
        self.metrics.steps.fetch_add(steps, Ordering::Relaxed);
        if saved {
            self.unsaved.clear();
        } else {
            self.unsaved.extend(moved.iter().map(|(n, _, after)| (*n, after.map(Timestamp::as_millis))));
        }
        if !moved.is_empty() {
            self.wakes.lock().unwrap_or_else(PoisonError::into_inner).apply(moved);
        }
    }
}

impl Committer {
    /// Now and then, apart from what callers wait for.
    fn tidy(&mut self, statements: &Statements<'_>) {
        if self.hashes.is_full()
            && let Err(error) = self.hashes.tidy(statements, |act| transaction(statements, act))
        {
            tracing::warn!("The index of keys was not tidied, which is tried again: {}", crate::error::described(&error));
        }
    }
}

fn failed(work: usize, error: &StorageError) {
    tracing::error!(work, "A commit failed, nothing of it is stored: {}", crate::error::described(error));
}

fn transaction(statements: &Statements<'_>, act: impl FnOnce() -> Result<(), StorageError>) -> Result<(), StorageError> {
    statements.execute("BEGIN IMMEDIATE", [])?;
    let outcome = act().and_then(|()| statements.execute("COMMIT", []).map(drop));
    // Some failures roll back by themselves.
    if outcome.is_err() && !statements.connection().is_autocommit() {
        let _ = statements.execute("ROLLBACK", []);
    }
    outcome
}

/// Writes the wakes down that moved since they were last saved, as of the last steps. Called last in a transaction.
fn save(statements: &Statements<'_>, unsaved: &BTreeMap<i64, Option<i64>>, moved: &[Moved]) -> Result<(), StorageError> {
    let mut all = unsaved.clone();
    all.extend(moved.iter().map(|(n, _, after)| (*n, after.map(Timestamp::as_millis))));
    for (n, at) in all {
        match at {
            Some(at) => statements.execute(contact::WAKE_PUT, params![n, at])?,
            None => statements.execute(contact::WAKE_DELETE, [n])?,
        };
    }
    for ws in statements.list(contact::WORKSPACE_NUMBERS, [], |row| row.get::<_, i64>(0))? {
        let (first, end) = rows::range(ws);
        let last = statements.find(log::LAST_STEP, [first, end], |row| row.get::<_, i64>(0))?.unwrap_or(first);
        statements.execute(contact::WAKE_MARK_PUT, params![ws, last])?;
    }
    Ok(())
}
