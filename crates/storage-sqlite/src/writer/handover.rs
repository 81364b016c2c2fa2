//! What lies between the thread that decides and the one that writes: rows that wait, and how far the file is.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::row::Row;
use super::work::Work;
use crate::wakes::Moved;

/// Work that was decided, with what it writes.
#[derive(Default)]
pub(super) struct Parcel {
    pub(super) jobs: Vec<Box<dyn Work>>,
    pub(super) rows: Vec<Row>,
    pub(super) moved: Vec<Moved>,
    pub(super) steps: u64,
    /// In signals.
    pub(super) weight: usize,
    /// The last of the pieces in it.
    pub(super) piece: u64,
}

impl Parcel {
    fn add(&mut self, other: Self) {
        self.jobs.extend(other.jobs);
        self.rows.extend(other.rows);
        self.moved.extend(other.moved);
        self.steps += other.steps;
        self.weight += other.weight;
        self.piece = other.piece;
    }
}

/// What to commit.
pub(super) enum Order {
    /// Was decided ahead; it needs only to be written.
    Rows(Parcel),
    /// Is decided where it is written, with nobody ahead.
    Whole(Vec<Box<dyn Work>>),
}

#[derive(Default)]
struct Inside {
    waiting: Parcel,
    whole: Option<Vec<Box<dyn Work>>>,
    /// Something is being written.
    writing: bool,
    /// The last piece that is committed.
    committed: u64,
    /// What the file refused, until it is taken back: nothing that was decided behind it is true.
    broken: Option<Vec<Box<dyn Work>>>,
    /// The one who decides has ended.
    closed: bool,
    /// The one who writes has.
    gone: bool,
}

impl Inside {
    const fn is_idle(&self) -> bool {
        self.waiting.jobs.is_empty() && self.whole.is_none() && !self.writing
    }
}

#[derive(Default)]
pub(super) struct Handover {
    inside: Mutex<Inside>,
    changed: Condvar,
}

/// The other thread has gone; so must this one.
pub(super) struct Gone;

/// Work that must be done again, in its order.
pub(super) type Again = Vec<Box<dyn Work>>;

impl Handover {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, inside: MutexGuard<'a, Inside>) -> MutexGuard<'a, Inside> {
        self.changed.wait(inside).unwrap_or_else(PoisonError::into_inner)
    }

    /// The last piece that is committed.
    pub(super) fn committed(&self) -> u64 {
        self.lock().committed
    }

    /// Adds a piece to what waits, as soon as no more than `limit` signals do. If something before it broke, it comes back with that.
    pub(super) fn add(&self, piece: Parcel, limit: usize) -> Result<Option<Again>, Gone> {
        let mut inside = self.lock();
        while inside.broken.is_none() && !inside.gone && inside.waiting.weight >= limit {
            inside = self.wait(inside);
        }
        if inside.gone {
            return Err(Gone);
        }
        inside.waiting.add(piece);
        let again = take_broken(&mut inside);
        drop(inside);
        self.changed.notify_all();
        Ok(again)
    }

    /// Waits until nothing is on its way. Gives back what broke.
    pub(super) fn land(&self) -> Result<Option<Again>, Gone> {
        let mut inside = self.lock();
        while inside.broken.is_none() && !inside.is_idle() {
            if inside.gone {
                return Err(Gone);
            }
            inside = self.wait(inside);
        }
        Ok(take_broken(&mut inside))
    }

    /// Has work done where it is written, and waits for its end. Nothing may be on its way.
    pub(super) fn whole(&self, jobs: Vec<Box<dyn Work>>) -> Result<(), Gone> {
        self.lock().whole = Some(jobs);
        self.changed.notify_all();
        // Nothing of it comes back.
        self.land().map(drop)
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The next to write; nothing at the end.
    pub(super) fn take(&self) -> Option<Order> {
        let mut inside = self.lock();
        loop {
            let order = match inside.whole.take() {
                Some(jobs) => Some(Order::Whole(jobs)),
                None if inside.broken.is_none() && !inside.waiting.jobs.is_empty() => {
                    Some(Order::Rows(std::mem::take(&mut inside.waiting)))
                }
                None => None,
            };
            if order.is_some() {
                inside.writing = true;
                drop(inside);
                self.changed.notify_all();
                return order;
            }
            if inside.closed {
                return None;
            }
            inside = self.wait(inside);
        }
    }

    /// Says what became of what was taken: committed up to a piece, or broken.
    pub(super) fn done(&self, outcome: Result<Option<u64>, Again>) {
        let mut inside = self.lock();
        inside.writing = false;
        match outcome {
            Ok(piece) => inside.committed = piece.unwrap_or(inside.committed),
            Err(again) => inside.broken = Some(again),
        }
        drop(inside);
        self.changed.notify_all();
    }

    /// Nobody writes any more.
    pub(super) fn leave(&self) {
        self.lock().gone = true;
        self.changed.notify_all();
    }
}

/// What broke, and what was decided behind it.
fn take_broken(inside: &mut Inside) -> Option<Again> {
    let mut again = inside.broken.take()?;
    again.extend(std::mem::take(&mut inside.waiting).jobs);
    Some(again)
}
