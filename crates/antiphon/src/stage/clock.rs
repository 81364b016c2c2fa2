//! The stage's clock: stands still until it is set.

use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use model::{Clock, Timestamp};
use runtime::TimeSource;

/// A clock that only the stage moves.
#[derive(Debug)]
pub struct StageClock(AtomicI64);

impl StageClock {
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_millis()))
    }

    /// Moves on. Never back.
    pub fn set(&self, at: Timestamp) {
        self.0.fetch_max(at.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for StageClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl TimeSource for StageClock {
    /// Nothing sleeps on a stage: its loops are ticked by hand.
    async fn sleep_until(&self, _at: Timestamp) {
        std::future::pending::<()>().await;
    }
}
