//! A clock that a test moves.

use std::sync::atomic::{AtomicI64, Ordering};

use model::{Clock, Millis, Timestamp};

pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn new() -> Self {
        Self(AtomicI64::new(Timestamp::parse("2026-11-22T09:30:00Z").unwrap().as_millis()))
    }

    pub fn advance(&self, by: Millis) {
        self.0.fetch_add(by.0, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}
