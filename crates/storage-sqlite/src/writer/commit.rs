//! The thread that writes: one connection, one transaction for everything that was decided or arrived meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;
use storage::{Decider, StorageError};

use super::group::Group;
use super::memory::Memory;
use super::pen::Pen;
use super::row::Row;
use super::statements::Statements;
use super::work::Work;
use super::{Metrics, UNSAVED};
use crate::error::is_own_fault;
use crate::wakes::{Moved, Wakes};

/// What to commit.
pub(super) enum Order {
    /// Was decided ahead; it needs only to be written.
    Rows(Parcel),
    /// Is decided where it is written, with nobody ahead.
    Whole(Vec<Box<dyn Work>>),
    /// Nothing but the wakes that are not saved.
    Wakes,
}

/// A group with the work that waits for it.
pub(super) struct Parcel {
    pub(super) jobs: Vec<Box<dyn Work>>,
    pub(super) rows: Vec<Row>,
    pub(super) moved: Vec<Moved>,
    pub(super) steps: u64,
    /// Whether its rows save the wakes.
    pub(super) saves: bool,
}

/// What became of it. Its callers know already, but for those in `Broken`.
pub(super) enum Report {
    Committed {
        moved: Vec<Moved>,
        saved: bool,
    },
    /// Nothing of the rows is stored, so what was decided behind them is not true. The work must be done again where it is written.
    Broken(Vec<Box<dyn Work>>),
    Done,
}

pub(super) struct Committer {
    pub(super) decider: Arc<dyn Decider>,
    pub(super) memory: Arc<Mutex<Memory>>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) wakes: Arc<Mutex<Wakes>>,
}

impl Committer {
    pub(super) fn run(&self, conn: &Connection, orders: &Receiver<Order>, reports: &Sender<Report>) {
        let statements = Statements::new(conn);
        for order in orders {
            let report = match order {
                Order::Rows(parcel) => self.write(&statements, parcel),
                Order::Whole(jobs) => {
                    self.commit(&statements, jobs);
                    Report::Done
                }
                Order::Wakes => {
                    if let Err(error) = self.attempt(&statements, &mut [], false, 1) {
                        tracing::warn!(
                            "The timers were not saved, the next start takes a little longer: {}",
                            crate::error::described(&error)
                        );
                    }
                    Report::Done
                }
            };
            if reports.send(report).is_err() {
                return;
            }
        }
    }

    fn write(&self, statements: &Statements<'_>, parcel: Parcel) -> Report {
        let Parcel { jobs, rows, moved, steps, saves } = parcel;
        let outcome = transaction(statements, || {
            let mut pen = Pen::new(statements);
            rows.into_iter().try_for_each(|row| pen.write(row)).and_then(|()| pen.finish())
        });
        match outcome {
            Ok(()) => {
                self.committed(steps, &moved);
                jobs.into_iter().for_each(|job| job.answer(&Ok(())));
                Report::Committed { moved, saved: saves }
            }
            Err(error) if is_own_fault(&error) => Report::Broken(jobs),
            Err(error) => {
                failed(jobs.len(), &error);
                let outcome = Err(error);
                jobs.into_iter().for_each(|job| job.answer(&outcome));
                Report::Broken(Vec::new())
            }
        }
    }

    /// First without a net; if a piece of work fails by its own fault, again with one savepoint for each, so that only it fails.
    fn commit(&self, statements: &Statements<'_>, mut jobs: Vec<Box<dyn Work>>) {
        let mut outcome = self.attempt(statements, &mut jobs, false, UNSAVED);
        if outcome.as_ref().is_err_and(is_own_fault) {
            outcome = self.attempt(statements, &mut jobs, true, UNSAVED);
        }
        if let Err(error) = &outcome {
            failed(jobs.len(), error);
        }
        jobs.into_iter().for_each(|job| job.answer(&outcome));
    }

    fn attempt(&self, statements: &Statements<'_>, jobs: &mut [Box<dyn Work>], careful: bool, unsaved: usize) -> Result<(), StorageError> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = (0, Vec::new(), false);
        let outcome = transaction(statements, || {
            let mut group = Group::now(statements, &*self.decider, &mut memory, careful);
            jobs.iter_mut().try_for_each(|job| job.run(&mut group))?;
            group.flush()?;
            let steps = group.steps();
            let (_, moved) = group.into_rows();
            let saves = memory.unsaved.len() + moved.len() >= unsaved;
            if saves {
                let mut pen = Pen::new(statements);
                memory.wakes_to_save(statements, &moved)?.into_iter().try_for_each(|row| pen.write(row))?;
            }
            done = (steps, moved, saves);
            Ok(())
        });
        if outcome.is_err() {
            memory.reload(statements);
            return outcome;
        }
        let (steps, moved, saves) = done;
        memory.settle();
        memory.moved(&moved, saves);
        self.committed(steps, &moved);
        Ok(())
    }

    /// What is committed is true for everybody from here on.
    fn committed(&self, steps: u64, moved: &[Moved]) {
        self.metrics.commits.fetch_add(1, Ordering::Relaxed);
        self.metrics.steps.fetch_add(steps, Ordering::Relaxed);
        if !moved.is_empty() {
            self.wakes.lock().unwrap_or_else(PoisonError::into_inner).apply(moved);
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

impl Memory {
    /// Wakes that moved with a commit.
    pub(super) fn moved(&mut self, moved: &[Moved], saved: bool) {
        if saved {
            self.unsaved = BTreeMap::new();
        } else {
            self.unsaved.extend(moved.iter().map(|(n, _, after)| (*n, after.map(model::Timestamp::as_millis))));
        }
    }
}
