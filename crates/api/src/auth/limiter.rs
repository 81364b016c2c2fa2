//! Lock-outs after failed sign-ins: each failure beyond the free ones doubles the wait.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use model::{Millis, Timestamp};

/// Names that are remembered at most; beyond, the oldest is forgotten.
const MOST: usize = 10_000;
/// A name without failures for this long is forgotten.
const FORGET: Millis = Millis::from_hours(1);
const LONGEST: Millis = Millis::from_mins(15);

/// In memory and per process: a lock-out slows guessing down, it need not survive a restart.
#[derive(Debug, Default)]
pub struct Limiter {
    names: Mutex<BTreeMap<String, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
    until: Timestamp,
}

impl Limiter {
    /// How many seconds the name must still wait.
    pub fn check(&self, name: &str, now: Timestamp) -> Result<(), u64> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        match names.get(name) {
            Some(f) if f.until > now => Err(u64::try_from((f.until - now).0).unwrap_or_default().div_ceil(1000)),
            _ => Ok(()),
        }
    }

    /// Counts a failure. The first `free` ones cost nothing.
    pub fn failed(&self, name: &str, free: u32, now: Timestamp) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= MOST && !names.contains_key(name) {
            names.retain(|_, f| f.last + FORGET > now);
            if names.len() >= MOST
                && let Some(oldest) = names.iter().min_by_key(|(_, f)| f.last).map(|(name, _)| name.clone())
            {
                names.remove(&oldest);
            }
        }
        let entry = names.entry(name.to_owned()).or_insert(Failures { count: 0, last: now, until: now });
        if entry.last + FORGET <= now {
            entry.count = 0;
        }
        entry.count = entry.count.saturating_add(1);
        entry.last = now;
        if entry.count > free {
            let doublings = (entry.count - free - 1).min(20);
            entry.until = now + Millis::from_secs(1i64 << doublings).min(LONGEST);
        }
    }

    pub fn succeeded(&self, name: &str) {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_with_a_success() {
        let limiter = Limiter::default();
        let now = Timestamp::from_secs(1_000);
        for _ in 0..5 {
            limiter.failed("a", 5, now);
        }
        assert_eq!(limiter.check("a", now), Ok(()));
        limiter.failed("a", 5, now);
        assert_eq!(limiter.check("a", now), Err(1));
        limiter.failed("a", 5, now);
        assert_eq!(limiter.check("a", now), Err(2));
        assert_eq!(limiter.check("a", now + Millis::from_secs(2)), Ok(()));
        for _ in 0..40 {
            limiter.failed("a", 5, now);
        }
        assert_eq!(limiter.check("a", now), Err(900));
        limiter.succeeded("a");
        assert_eq!(limiter.check("a", now), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::default();
        for n in 0..(MOST + 50) {
            limiter.failed(&n.to_string(), 0, Timestamp::from_secs(1_000));
        }
        assert!(limiter.names.lock().unwrap().len() <= MOST);
    }
}
