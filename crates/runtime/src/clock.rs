//! The machine's clock, and one that can run faster: the only places that read the time.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use model::{Clock, Millis, Timestamp};
use tokio::sync::Notify;

/// A clock one can wait for.
#[async_trait]
pub trait TimeSource: Clock {
    /// Returns at or shortly after the moment. May return early when the clock's speed changes; callers look again.
    async fn sleep_until(&self, at: Timestamp);

    /// Real time that passed since some moment, for leases: nobody sets it forward or back. A simulated clock moves only as its world does, so
    /// its own time will do.
    fn steady(&self) -> Millis {
        Millis(self.now().as_millis())
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
fn machine_now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Since the process first asked.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
fn machine_steady() -> Millis {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = *START.get_or_init(Instant::now);
    Millis(i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX))
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        machine_now()
    }
}

#[async_trait]
impl TimeSource for SystemClock {
    async fn sleep_until(&self, at: Timestamp) {
        tokio::time::sleep(to_duration(at - self.now())).await;
    }

    fn steady(&self) -> Millis {
        machine_steady()
    }
}

/// A clock that starts at a moment and runs at a speed that can be changed: a demo's.
#[derive(Clone, Debug)]
pub struct ScaledClock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    rate: Mutex<Rate>,
    changed: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Rate {
    /// Shown at `since`.
    base: Timestamp,
    /// By the machine's clock.
    since: Timestamp,
    /// Shown milliseconds for each real one; 0 stands still.
    speed: f64,
}

impl ScaledClock {
    #[must_use]
    pub fn starting_at(base: Timestamp, speed: f64) -> Self {
        let rate = Rate { base, since: machine_now(), speed: clamp(speed) };
        Self { shared: Arc::new(Shared { rate: Mutex::new(rate), changed: Notify::new() }) }
    }

    fn rate(&self) -> Rate {
        *self.shared.rate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[must_use]
    pub fn speed(&self) -> f64 {
        self.rate().speed
    }

    /// Changes the speed from now on; what was shown before stays. The clock never goes back.
    pub fn set_speed(&self, speed: f64) {
        {
            let mut rate = self.shared.rate.lock().unwrap_or_else(PoisonError::into_inner);
            let now = machine_now();
            *rate = Rate { base: shown(*rate, now), since: now, speed: clamp(speed) };
        }
        self.shared.changed.notify_waiters();
    }
}

/// Faster than 3,600 (an hour in a second) and the simulated world cannot keep up on a small machine.
fn clamp(speed: f64) -> f64 {
    if speed.is_finite() { speed.clamp(0.0, 3600.0) } else { 1.0 }
}

fn shown(rate: Rate, now: Timestamp) -> Timestamp {
    let real = (now - rate.since).0.max(0);
    rate.base + Millis((real as f64 * rate.speed) as i64)
}

impl Clock for ScaledClock {
    fn now(&self) -> Timestamp {
        shown(self.rate(), machine_now())
    }
}

#[async_trait]
impl TimeSource for ScaledClock {
    async fn sleep_until(&self, at: Timestamp) {
        let changed = self.shared.changed.notified();
        let speed = self.speed();
        let left = (at - self.now()).0.max(0) as f64;
        if speed == 0.0 {
            changed.await;
            return;
        }
        let real = Millis((left / speed).ceil() as i64);
        tokio::select! {
            () = tokio::time::sleep(to_duration(real)) => {}
            () = changed => {}
        }
    }

    fn steady(&self) -> Millis {
        machine_steady()
    }
}

fn to_duration(span: Millis) -> Duration {
    Duration::from_millis(u64::try_from(span.0).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_clock_goes_on_from_where_it_was() {
        let rate = Rate { base: Timestamp::from_secs(100), since: Timestamp::from_secs(10), speed: 60.0 };
        assert_eq!(shown(rate, Timestamp::from_secs(11)), Timestamp::from_secs(160));
        assert_eq!(shown(rate, Timestamp::from_secs(9)), Timestamp::from_secs(100));
    }

    #[test]
    fn changing_the_speed_never_turns_the_clock_back() {
        let clock = ScaledClock::starting_at(Timestamp::from_secs(1_000), 3600.0);
        let before = clock.now();
        clock.set_speed(0.0);
        let stopped = clock.now();
        assert!(stopped >= before);
        assert_eq!(clock.now(), stopped);
    }
}
