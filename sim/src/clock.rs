//! The one clock of a play: it stands still until somebody moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use model::{Clock, Millis, Timestamp};
use runtime::TimeSource;

#[derive(Debug)]
pub struct PlayClock(AtomicI64);

impl PlayClock {
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_millis()))
    }

    /// Moves on; never back.
    pub fn set(&self, at: Timestamp) {
        self.0.fetch_max(at.as_millis(), Ordering::SeqCst);
    }

    pub fn pass(&self, span: Millis) {
        self.0.fetch_add(span.0.max(0), Ordering::SeqCst);
    }
}

impl Clock for PlayClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl TimeSource for PlayClock {
    /// Nothing sleeps: the scheduler ticks every loop by hand.
    async fn sleep_until(&self, _at: Timestamp) {
        std::future::pending::<()>().await;
    }
}
