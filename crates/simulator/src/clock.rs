//! A clock that stands still until it is told to move: for tests and for simulated time.

use std::sync::atomic::{AtomicI64, Ordering};

use model::{Clock, Millis, Timestamp};

#[derive(Debug)]
pub struct VirtualClock(AtomicI64);

impl VirtualClock {
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_millis()))
    }

    /// Moves to a later moment; an earlier one is ignored, because time never runs backwards in a world.
    pub fn set(&self, at: Timestamp) {
        self.0.fetch_max(at.as_millis(), Ordering::SeqCst);
    }

    pub fn advance(&self, by: Millis) {
        self.0.fetch_add(by.0.max(0), Ordering::SeqCst);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
