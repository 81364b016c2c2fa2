//! Who is next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{ContactId, Draws, Rng as _};

/// People whose event is under way: nobody has two at once, so that each event leads to one message.
pub struct People {
    /// The first, and how many.
    first: u32,
    all: u32,
    draws: Draws,
    busy: BTreeSet<u32>,
    /// Whose event is under way.
    pub by_contact: BTreeMap<ContactId, u32>,
}

impl People {
    pub fn new(range: std::ops::Range<u32>) -> Self {
        let (first, all) = (range.start, range.end - range.start);
        Self { first, all, draws: Draws::new(u64::from(all) + u64::from(first)), busy: BTreeSet::new(), by_contact: BTreeMap::new() }
    }

    /// Somebody at random who is free.
    pub fn take(&mut self) -> u32 {
        loop {
            let person = self.first + self.draws.below(u64::from(self.all)) as u32;
            if self.busy.insert(person) {
                return person;
            }
        }
    }

    pub fn give_back(&mut self, person: u32) {
        self.busy.remove(&person);
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
