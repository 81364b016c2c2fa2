//! The thread that decides. While one group is on its way into the file, the next is decided from what is stored and what the memory has;
//! only what must see its own rows waits until everybody before it is stored, and is decided where it is written.
//!
//! Nobody is answered before the commit. If that fails, what was decided behind it is forgotten and decided again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;
use storage::{Decider, StorageError};

use super::UNSAVED;
use super::commit::{Order, Parcel, Report};
use super::group::Group;
use super::memory::{Memory, Table};
use super::row::Row;
use super::statements::Statements;
use super::work::Work;
use crate::sql::contact;
use crate::wakes::Moved;

pub(super) struct Ahead {
    pub(super) decider: Arc<dyn Decider>,
    pub(super) memory: Arc<Mutex<Memory>>,
    pub(super) orders: Sender<Order>,
    pub(super) reports: Receiver<Report>,
    /// Signals in one group at most.
    pub(super) limit: usize,
}

/// The other thread has gone; so must this one.
struct Gone;

impl Ahead {
    pub(super) fn run(&self, conn: &Connection, queue: &Receiver<Box<dyn Work>>) {
        let statements = Statements::new(conn);
        // Its error is the end of the other thread, who took the work along: dropped work tells its caller.
        let _ = Deciding { shared: self, statements: &statements, flying: false }.all(queue);
    }
}

struct Deciding<'a, 'c> {
    shared: &'a Ahead,
    statements: &'a Statements<'c>,
    /// Whether a parcel is on its way.
    flying: bool,
}

impl Deciding<'_, '_> {
    fn all(&mut self, queue: &Receiver<Box<dyn Work>>) -> Result<(), Gone> {
        let mut next = None;
        loop {
            let first = match next.take() {
                Some(job) => job,
                None => match self.next(queue)? {
                    Some(job) => job,
                    None => break,
                },
            };
            let mut weight = first.weight();
            let ahead = first.goes_ahead();
            let mut jobs = vec![first];
            while weight < self.shared.limit
                && let Ok(job) = queue.try_recv()
            {
                if job.goes_ahead() != ahead {
                    next = Some(job);
                    break;
                }
                weight += job.weight();
                jobs.push(job);
            }
            if ahead { self.ahead(jobs)? } else { self.whole(jobs)? }
        }
        // Nobody waits any more; the next start need not read again who stepped.
        self.land()?;
        self.order(Order::Wakes)?;
        self.report().map(drop)
    }

    /// The next work; nothing when there will be no more. A parcel that breaks meanwhile is seen to at once.
    fn next(&mut self, queue: &Receiver<Box<dyn Work>>) -> Result<Option<Box<dyn Work>>, Gone> {
        while self.flying {
            crossbeam_channel::select_biased! {
                recv(queue) -> job => return Ok(job.ok()),
                recv(self.shared.reports) -> report => {
                    self.flying = false;
                    if let Some(broken) = self.arrived(report.map_err(|_| Gone)?) {
                        self.again(broken)?;
                    }
                    self.memory().landed();
                }
            }
        }
        Ok(queue.recv().ok())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.shared.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn order(&self, order: Order) -> Result<(), Gone> {
        self.shared.orders.send(order).map_err(|_| Gone)
    }

    fn report(&self) -> Result<Report, Gone> {
        self.shared.reports.recv().map_err(|_| Gone)
    }

    fn ahead(&mut self, mut jobs: Vec<Box<dyn Work>>) -> Result<(), Gone> {
        match self.decide(&mut jobs) {
            Ok((rows, moved, steps)) => self.hand_over(jobs, rows, moved, steps),
            // Whatever it was: it is either no fault at all, or comes again where faults have their remedies.
            Err(_) => {
                self.land()?;
                self.memory().reload(self.statements);
                self.whole(jobs)
            }
        }
    }

    fn decide(&self, jobs: &mut [Box<dyn Work>]) -> Result<(Vec<Row>, Vec<Moved>, u64), StorageError> {
        let mut memory = self.memory();
        let mut group = Group::ahead(self.statements, &*self.shared.decider, &mut memory);
        jobs.iter_mut().try_for_each(|job| job.run(&mut group))?;
        group.flush()?;
        let steps = group.steps();
        let (rows, moved) = group.into_rows();
        Ok((rows, moved, steps))
    }

    fn hand_over(&mut self, jobs: Vec<Box<dyn Work>>, mut rows: Vec<Row>, moved: Vec<Moved>, steps: u64) -> Result<(), Gone> {
        if let Some(broken) = self.arrival()? {
            // What was just decided rests on what is not stored.
            self.again(broken)?;
            return self.whole(jobs);
        }
        let mut saves = false;
        {
            let mut memory = self.memory();
            memory.settle();
            if memory.unsaved.len() + moved.len() >= UNSAVED
                && let Ok(wakes) = memory.wakes_to_save(self.statements, &moved)
            {
                rows.extend(wakes);
                saves = true;
            }
        }
        self.order(Order::Rows(Parcel { jobs, rows, moved, steps, saves }))?;
        self.flying = true;
        Ok(())
    }

    /// Waits for the parcel that is on its way. What comes back of it must be done again.
    fn arrival(&mut self) -> Result<Option<Vec<Box<dyn Work>>>, Gone> {
        if !std::mem::take(&mut self.flying) {
            return Ok(None);
        }
        let report = self.report()?;
        Ok(self.arrived(report))
    }

    fn arrived(&self, report: Report) -> Option<Vec<Box<dyn Work>>> {
        match report {
            Report::Committed { moved, saved } => {
                self.memory().moved(&moved, saved);
                None
            }
            Report::Broken(jobs) => Some(jobs),
            Report::Done => None,
        }
    }

    /// Waits until everything that was decided is stored.
    fn land(&mut self) -> Result<(), Gone> {
        if let Some(broken) = self.arrival()? {
            self.again(broken)?;
        }
        self.memory().landed();
        Ok(())
    }

    fn again(&mut self, broken: Vec<Box<dyn Work>>) -> Result<(), Gone> {
        self.memory().reload(self.statements);
        if broken.is_empty() { Ok(()) } else { self.whole(broken) }
    }

    fn whole(&mut self, jobs: Vec<Box<dyn Work>>) -> Result<(), Gone> {
        self.land()?;
        self.order(Order::Whole(jobs))?;
        self.report().map(drop)
    }
}

impl Memory {
    /// All wakes that are not saved, those of the group at hand among them, up to its last steps.
    pub(super) fn wakes_to_save(&mut self, statements: &Statements<'_>, moved: &[Moved]) -> Result<Vec<Row>, StorageError> {
        let mut unsaved = self.unsaved.clone();
        unsaved.extend(moved.iter().map(|(n, _, after)| (*n, after.map(model::Timestamp::as_millis))));
        let mut rows: Vec<Row> = unsaved.into_iter().map(|(contact, at)| Row::Wake { contact, at }).collect();
        for ws in statements.list(contact::WORKSPACE_NUMBERS, [], |row| row.get(0))? {
            rows.push(Row::WakeMark { ws, step: self.last_number(statements, Table::Step, ws)? });
        }
        Ok(rows)
    }
}
