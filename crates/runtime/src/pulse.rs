//! How long it takes from an event to the call of a provider (A6): measured at every first call of a message to one person, and kept for the last
//! minutes in a few kilobytes, whatever the load.
//!
//! The time counts from the arrival of the event, or from the moment at which the message was due where somebody wanted it later. Messages to
//! many are left out: how long they wait is their senders' rate.

use std::sync::{Mutex, PoisonError};

use model::message::Origin;
use model::{Message, Millis, Timestamp};

/// What an operator may expect (A6).
pub const TARGET: Millis = Millis::from_secs(1);
/// Minutes that a report looks back on.
pub const MINUTES: i64 = 10;
/// Four to an octave of milliseconds: a figure is at most a quarter too high, and never too low.
const BUCKETS: usize = 128;

#[derive(Clone)]
struct Minute {
    /// Since 1970; what is older than a report is overwritten.
    of: i64,
    counts: [u32; BUCKETS],
    slowest: i64,
    slow: u64,
}

impl Minute {
    const fn new(of: i64) -> Self {
        Self { of, counts: [0; BUCKETS], slowest: 0, slow: 0 }
    }
}

/// Delays of the last minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PulseReport {
    pub messages: u64,
    pub median: Millis,
    /// The slowest of a hundred.
    pub p99: Millis,
    pub slowest: Millis,
    /// Messages that took longer than [`TARGET`].
    pub slow: u64,
}

pub(crate) struct Pulse(Mutex<Vec<Minute>>);

impl std::fmt::Debug for Pulse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pulse(…)")
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Mutex::new(vec![Minute::new(i64::MIN); MINUTES as usize]))
    }
}

impl Pulse {
    /// The provider is about to be called for a message.
    pub(crate) fn beat(&self, message: &Message, now: Timestamp) {
        if message.attempts != 1 || matches!(message.origin, Origin::Broadcast { .. }) {
            return;
        }
        let due = message.not_before.map_or(message.created_at, |at| at.max(message.created_at));
        let took = (now - due).0.max(0);
        let of = now.as_millis().div_euclid(60_000);
        let mut minutes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = &mut minutes[of.rem_euclid(MINUTES) as usize];
        if minute.of != of {
            *minute = Minute::new(of);
        }
        minute.counts[bucket(took)] += 1;
        minute.slowest = minute.slowest.max(took);
        minute.slow += u64::from(took > TARGET.0);
    }

    pub(crate) fn report(&self, now: Timestamp) -> PulseReport {
        let this = now.as_millis().div_euclid(60_000);
        let minutes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counts = [0_u64; BUCKETS];
        let mut report = PulseReport::default();
        for minute in minutes.iter().filter(|minute| minute.of <= this && minute.of > this - MINUTES) {
            counts.iter_mut().zip(minute.counts).for_each(|(sum, count)| *sum += u64::from(count));
            report.slowest = report.slowest.max(Millis(minute.slowest));
            report.slow += minute.slow;
        }
        report.messages = counts.iter().sum();
        let rank = |share: u64| -> Millis {
            let place = (report.messages * share).div_ceil(100);
            let mut seen = 0;
            let found = counts.iter().position(|count| {
                seen += count;
                seen >= place.max(1)
            });
            found.map_or(Millis::ZERO, |at| Millis(upper(at)).min(report.slowest))
        };
        (report.median, report.p99) = (rank(50), rank(99));
        report
    }
}

/// Below four each millisecond has its own; then four to an octave.
fn bucket(ms: i64) -> usize {
    let octave = 63 - (ms | 1).leading_zeros() as i64;
    let place = if ms < 4 { ms } else { 4 * (octave - 1) + ((ms >> (octave - 2)) & 3) };
    usize::try_from(place).unwrap_or_default().min(BUCKETS - 1)
}

/// The longest time that falls into a bucket.
const fn upper(bucket: usize) -> i64 {
    let (octave, part) = ((bucket / 4) as i64 + 1, (bucket % 4) as i64);
    if bucket < 4 { bucket as i64 } else { ((5 + part) << (octave - 2)) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a06_every_time_falls_into_a_bucket_that_is_at_most_a_quarter_longer() {
        let mut last = 0;
        for ms in (0..5_000).chain((13..31).flat_map(|n| [(1 << n) - 1, 1 << n, (1 << n) + 1])) {
            let at = bucket(ms);
            assert!(at >= last, "{ms}");
            last = at;
            assert!(upper(at) >= ms && upper(at) <= ms + ms / 4, "{ms} in {at}, up to {}", upper(at));
        }
        assert_eq!(bucket(i64::MAX), BUCKETS - 1);
    }
}
