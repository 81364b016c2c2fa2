//! The thread that decides. While what was decided is on its way into the file, the next is decided from what is stored and what the memory
//! has; only what must see its own rows waits until everybody before it is stored, and is decided where it is written.
//!
//! Nobody is answered before the commit. If that fails, what was decided behind it is forgotten and decided again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Receiver;
use rusqlite::Connection;
use storage::{Decider, StorageError};

use super::group::Group;
use super::handover::{Again, Gone, Handover, Parcel};
use super::memory::Memory;
use super::statements::Statements;
use super::work::Work;

/// Signals that are decided in one go, if as many wait: short, so that whoever writes never waits long for the next.
const PIECE: usize = 64;

pub(super) struct Ahead {
    pub(super) decider: Arc<dyn Decider>,
    pub(super) memory: Arc<Mutex<Memory>>,
    pub(super) handover: Arc<Handover>,
    /// Something was refused.
    pub(super) broke: Receiver<()>,
    /// Signals in one commit.
    pub(super) limit: usize,
}

impl Ahead {
    pub(super) fn run(&self, conn: &Connection, queue: &Receiver<Box<dyn Work>>) {
        let statements = Statements::new(conn);
        let closing = Closing(&self.handover);
        // Its error is the end of the other thread; work that is dropped tells its caller.
        let _ = Deciding { shared: self, statements: &statements, piece: 0, rotated: 0 }.all(queue);
        drop(closing);
    }
}

/// However the thread ends, the other learns it.
struct Closing<'a>(&'a Handover);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

struct Deciding<'a, 'c> {
    shared: &'a Ahead,
    statements: &'a Statements<'c>,
    /// The last piece that was decided, and the last when the memory was gone through.
    piece: u64,
    rotated: u64,
}

impl Deciding<'_, '_> {
    fn all(&mut self, queue: &Receiver<Box<dyn Work>>) -> Result<(), Gone> {
        while let Some(first) = self.next(queue)? {
            let mut ahead = first.goes_ahead();
            let (mut weight, mut jobs) = (first.weight(), vec![first]);
            // One that must be done where it is written takes along what waits with it: together they are one commit.
            while weight < if ahead { self.shared.limit.min(PIECE) } else { self.shared.limit }
                && let Ok(job) = queue.try_recv()
            {
                ahead &= job.goes_ahead();
                weight += job.weight();
                jobs.push(job);
            }
            if ahead { self.ahead(jobs, weight)? } else { self.whole(jobs)? }
        }
        self.land()
    }

    /// The next work; nothing when there will be no more. What breaks meanwhile is seen to at once.
    fn next(&mut self, queue: &Receiver<Box<dyn Work>>) -> Result<Option<Box<dyn Work>>, Gone> {
        loop {
            crossbeam_channel::select_biased! {
                recv(queue) -> job => return Ok(job.ok()),
                recv(self.shared.broke) -> note => {
                    note.map_err(|_| Gone)?;
                    self.land()?;
                }
            }
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.shared.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ahead(&mut self, mut jobs: Vec<Box<dyn Work>>, weight: usize) -> Result<(), Gone> {
        match self.decide(&mut jobs) {
            Ok(parcel) => {
                self.piece += 1;
                let piece = Parcel { jobs, weight, piece: self.piece, ..parcel };
                match self.shared.handover.add(piece, self.shared.limit)? {
                    Some(again) => self.again(again),
                    None => Ok(()),
                }
            }
            // Whatever it was: it is either no fault at all, or comes again where faults have their remedies.
            Err(_) => {
                self.land()?;
                self.memory().reload(self.statements);
                self.whole(jobs)
            }
        }
    }

    fn decide(&mut self, jobs: &mut [Box<dyn Work>]) -> Result<Parcel, StorageError> {
        let rotates = self.shared.handover.committed() >= self.rotated;
        let mut memory = self.memory();
        if rotates {
            memory.settle();
        }
        let mut group = Group::ahead(self.statements, &*self.shared.decider, &mut memory);
        jobs.iter_mut().try_for_each(|job| job.run(&mut group))?;
        group.flush()?;
        let steps = group.steps();
        let (rows, moved) = group.into_rows();
        drop(memory);
        if rotates {
            self.rotated = self.piece;
        }
        Ok(Parcel { rows, moved, steps, ..Parcel::default() })
    }

    /// Waits until everything that was decided is stored.
    fn land(&mut self) -> Result<(), Gone> {
        if let Some(again) = self.shared.handover.land()? {
            self.again(again)?;
        }
        self.memory().landed();
        Ok(())
    }

    /// What was decided behind a failure rests on what is not stored.
    fn again(&mut self, again: Again) -> Result<(), Gone> {
        self.memory().reload(self.statements);
        if again.is_empty() { Ok(()) } else { self.whole(again) }
    }

    fn whole(&mut self, jobs: Vec<Box<dyn Work>>) -> Result<(), Gone> {
        self.land()?;
        self.shared.handover.whole(jobs)
    }
}
