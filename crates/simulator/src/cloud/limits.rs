//! The limits that Meta enforces on sends (reference 10.3). All arithmetic is on the world's clock.

use std::collections::{BTreeMap, VecDeque};

use model::{Millis, Timestamp};
use serde_json::json;

use super::GraphError;
use crate::people::PersonId;
use crate::world::World;

/// A token bucket in whole tokens and milliseconds.
#[derive(Clone, Debug)]
pub struct Bucket {
    capacity: u32,
    /// Tokens that come back in one period.
    refill: u32,
    period_ms: u64,
    /// Level in tokens times `period_ms`, so that refilling stays exact.
    level: u64,
    at: Timestamp,
}

impl Bucket {
    #[must_use]
    pub fn new(capacity: u32, refill: u32, period_ms: u64) -> Self {
        Self { capacity, refill, period_ms, level: u64::from(capacity) * period_ms, at: Timestamp::EPOCH }
    }

    /// Takes one token if there is one.
    pub fn take(&mut self, now: Timestamp) -> bool {
        let full = u64::from(self.capacity) * self.period_ms;
        let passed = (now - self.at).0.max(0) as u64;
        self.level = full.min(self.level.saturating_add(passed.saturating_mul(u64::from(self.refill))));
        self.at = self.at.max(now);
        if self.level < self.period_ms {
            return false;
        }
        self.level -= self.period_ms;
        true
    }
}

/// Messages a second from which a number has the level HIGH.
pub(super) const HIGH: u32 = 1_000;
/// One message to the same person every 6 seconds.
const PAIR_INTERVAL: Millis = Millis::from_secs(6);
/// Messages that may be borrowed from the future.
const PAIR_BURST: i64 = 45;

/// Unique people written to outside their service window in a moving day, for the whole portfolio.
#[derive(Clone, Debug, Default)]
pub struct UniqueUsers {
    order: VecDeque<(Timestamp, PersonId)>,
    last: BTreeMap<PersonId, Timestamp>,
}

impl UniqueUsers {
    const DAY: Millis = Millis::from_hours(24);

    /// Counts a person; false when a new one would go over the limit (0 is unlimited).
    pub fn admit(&mut self, person: PersonId, limit: u32, now: Timestamp) -> bool {
        while let Some((at, old)) = self.order.front().copied() {
            if at + Self::DAY > now {
                break;
            }
            self.order.pop_front();
            if self.last.get(&old) == Some(&at) {
                self.last.remove(&old);
            }
        }
        if limit > 0 && !self.last.contains_key(&person) && self.last.len() >= limit as usize {
            return false;
        }
        self.last.insert(person, now);
        self.order.push_back((now, person));
        true
    }
}

impl World {
    /// A step up or down of the messaging limit, told by `business_capability_update` when it really changes (0 is unlimited).
    pub fn set_portfolio_limit(&mut self, limit: u32) {
        if std::mem::replace(&mut self.config.cloud.portfolio_limit, limit) == limit {
            return;
        }
        let told = if limit == 0 { -1 } else { i64::from(limit) };
        self.post_cloud("business_capability_update", None, json!({ "max_daily_conversations_per_business": told }), Vec::new());
    }

    /// Whose the account is.
    pub fn set_business(&mut self, id: String) {
        self.config.cloud.business_id = id;
    }

    /// What a number may send a second. Meta tells of the step up to the high level only. False when there is no such number.
    pub fn set_throughput(&mut self, id: &str, per_second: u32) -> bool {
        let Some(number) = self.cloud.numbers.get_mut(id) else { return false };
        let before = std::mem::replace(&mut number.config.throughput_mps, per_second);
        number.throughput = Bucket::new(per_second, per_second, 1_000);
        let display = number.display().to_owned();
        if let Some(config) = self.config.cloud.numbers.iter_mut().find(|config| config.id == id) {
            config.throughput_mps = per_second;
        }
        if before < HIGH && per_second >= HIGH {
            let value = json!({
                "display_phone_number": display,
                "event": "THROUGHPUT_UPGRADE",
                "current_limit": super::numbers::tier(self.config.cloud.portfolio_limit),
            });
            self.post_cloud("phone_number_quality_update", None, value, Vec::new());
        }
        true
    }

    /// Throughput of the number and rate of the pair, in this order. Counts the send.
    pub(super) fn check_send_rate(&mut self, number: &str, person: PersonId) -> Result<(), GraphError> {
        let now = self.now;
        let Some(number) = self.cloud.numbers.get_mut(number) else { return Ok(()) };
        if !number.throughput.take(now) {
            return Err(GraphError::of_code(130429));
        }
        let next = number.pairs.get(&person).copied().unwrap_or(Timestamp::EPOCH).max(now);
        if (next - now).0 > PAIR_INTERVAL.0 * (PAIR_BURST - 1) {
            return Err(GraphError::of_code(131056));
        }
        number.pairs.insert(person, next + PAIR_INTERVAL);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_capacity_at_once_and_its_rate_afterwards() {
        let mut bucket = Bucket::new(80, 80, 1_000);
        let now = Timestamp::from_secs(1_000);
        assert_eq!((0..100).filter(|_| bucket.take(now)).count(), 80);
        assert_eq!((0..100).filter(|_| bucket.take(now + Millis(500))).count(), 40);
    }

    #[test]
    fn the_portfolio_limit_counts_people_and_forgets_them_after_a_day() {
        let mut users = UniqueUsers::default();
        let start = Timestamp::from_secs(1_000_000);
        assert!(users.admit(PersonId(1), 2, start));
        assert!(users.admit(PersonId(2), 2, start));
        assert!(users.admit(PersonId(1), 2, start), "somebody known counts once");
        assert!(!users.admit(PersonId(3), 2, start));
        assert!(users.admit(PersonId(3), 2, start + Millis::from_hours(24)));
    }
}
