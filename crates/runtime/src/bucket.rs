//! Rates, exact and local: the node that holds a sender's lease is the only one that spends its tokens (R-RATE-1).

use std::collections::BTreeMap;

use model::{AddressKey, Millis, Timestamp};

/// Tokens that come back evenly. Holds at most a fifth of a second's worth, so that sends are spread within the second.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    per_second: f64,
    size: f64,
    tokens: f64,
    at: Timestamp,
}

impl TokenBucket {
    #[must_use]
    pub fn new(per_second: u32, now: Timestamp) -> Self {
        Self::of(f64::from(per_second.max(1)), now)
    }

    /// Also less than one token a second.
    #[must_use]
    pub fn of(per_second: f64, now: Timestamp) -> Self {
        let size = (per_second / 5.0).max(1.0);
        Self { per_second, size, tokens: size, at: now }
    }

    /// Nobody knows what was sent in the second before: it fills from nothing.
    #[must_use]
    pub fn empty(per_second: u32, now: Timestamp) -> Self {
        Self { tokens: 0.0, ..Self::new(per_second, now) }
    }

    /// Nobody knows any more what was sent a moment ago.
    pub fn drain(&mut self, now: Timestamp) {
        self.refill(now);
        self.tokens = self.tokens.min(0.0);
    }

    pub fn set_rate(&mut self, per_second: u32) {
        self.per_second = f64::from(per_second.max(1));
        self.size = (self.per_second / 5.0).max(1.0);
        self.tokens = self.tokens.min(self.size);
    }

    fn refill(&mut self, now: Timestamp) {
        let passed = (now - self.at).0.max(0) as f64 / 1000.0;
        self.tokens = (self.tokens + passed * self.per_second).min(self.size);
        self.at = self.at.max(now);
    }

    /// Whole tokens there are now.
    pub fn available(&mut self, now: Timestamp) -> u32 {
        self.refill(now);
        self.tokens as u32
    }

    pub fn take(&mut self) {
        self.tokens -= 1.0;
    }

    /// It was taken for nothing: what is not sent consumes nothing (R-RATE-1).
    pub fn give_back(&mut self) {
        self.tokens = (self.tokens + 1.0).min(self.size);
    }

    /// When there will be a token.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Timestamp {
        if self.tokens >= 1.0 {
            return now;
        }
        now + Millis((((1.0 - self.tokens) / self.per_second) * 1000.0).ceil() as i64)
    }
}

/// The pace at which one person may be written to by one sender: one message in six seconds, and a burst that is paid back in silence.
#[derive(Clone, Debug, Default)]
pub struct PairBucket {
    /// The moment at which all that was sent would have been earned.
    spent_until: BTreeMap<AddressKey, Timestamp>,
    blocked_until: BTreeMap<AddressKey, Timestamp>,
    /// The same for everybody who is not named: what another node may have borrowed before this one took over.
    unknown_until: Option<Timestamp>,
    forgot: Option<Timestamp>,
}

/// Between two looks for people whose burst is earned back.
const FORGET_EVERY: Millis = Millis::from_secs(1);

const PAIR_EVERY: Millis = Millis::from_secs(6);
const PAIR_BURST: i64 = 45;

impl PairBucket {
    /// Somebody else served these people until now, and may have spent every burst.
    #[must_use]
    pub fn taken_over(at: Timestamp) -> Self {
        Self { unknown_until: Some(at + Millis(PAIR_EVERY.0 * PAIR_BURST)), ..Self::default() }
    }

    fn spent(&self, to: &AddressKey) -> Option<Timestamp> {
        self.spent_until.get(to).copied().max(self.unknown_until)
    }

    /// When the next message to this person may go.
    #[must_use]
    pub fn next(&self, to: &AddressKey, now: Timestamp) -> Timestamp {
        let paced = self.spent(to).map_or(now, |spent| spent - Millis(PAIR_EVERY.0 * (PAIR_BURST - 1)));
        let blocked = self.blocked_until.get(to).copied().unwrap_or(now);
        now.max(paced).max(blocked)
    }

    pub fn take(&mut self, to: &AddressKey, now: Timestamp) {
        let spent = self.spent(to).map_or(now, |spent| spent.max(now));
        self.spent_until.insert(to.clone(), spent + PAIR_EVERY);
    }

    /// It was taken for nothing.
    pub fn give_back(&mut self, to: &AddressKey) {
        if let Some(spent) = self.spent_until.get_mut(to) {
            *spent = *spent - PAIR_EVERY;
        }
    }

    /// The provider said that it was too much for this person.
    pub fn block(&mut self, to: &AddressKey, until: Timestamp) {
        self.blocked_until.insert(to.clone(), until);
    }

    /// Forgets people whose burst is earned back.
    pub fn forget(&mut self, now: Timestamp) {
        if self.forgot.is_some_and(|at| now >= at && now - at < FORGET_EVERY) {
            return;
        }
        self.forgot = Some(now);
        self.unknown_until = self.unknown_until.filter(|until| *until > now);
        self.spent_until.retain(|_, spent| *spent > now);
        self.blocked_until.retain(|_, until| *until > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    #[test]
    fn a_bucket_gives_its_rate_and_no_more() {
        let mut bucket = TokenBucket::new(80, NOW);
        let mut sent = 0;
        for ms in 0..10_000 {
            let now = NOW + Millis(ms);
            while bucket.available(now) > 0 {
                bucket.take();
                sent += 1;
            }
        }
        assert!((800..=816).contains(&sent), "sent {sent} in ten seconds at 80 a second");
    }

    #[test]
    fn an_empty_bucket_says_when_to_come_back() {
        let mut bucket = TokenBucket::new(1, NOW);
        assert_eq!(bucket.available(NOW), 1);
        bucket.take();
        assert_eq!(bucket.next(NOW), NOW + Millis::from_secs(1));
    }

    #[test]
    fn what_is_not_sent_consumes_nothing() {
        let mut bucket = TokenBucket::new(1, NOW);
        bucket.take();
        bucket.give_back();
        assert_eq!(bucket.available(NOW), 1);
        bucket.give_back();
        assert_eq!(bucket.available(NOW), 1, "and no more comes back than was taken");
        let mut pairs = PairBucket::default();
        let to = AddressKey::phone("+12025550123");
        for _ in 0..1_000 {
            pairs.take(&to, NOW);
            pairs.give_back(&to);
        }
        assert_eq!(pairs.next(&to, NOW), NOW);
    }

    #[test]
    fn who_takes_over_assumes_that_every_burst_is_spent() {
        let mut bucket = TokenBucket::empty(80, NOW);
        assert_eq!(bucket.available(NOW), 0);
        let mut pairs = PairBucket::taken_over(NOW);
        let to = AddressKey::phone("+12025550123");
        assert_eq!(pairs.next(&to, NOW), NOW + PAIR_EVERY);
        pairs.take(&to, NOW + PAIR_EVERY);
        assert_eq!(pairs.next(&to, NOW + PAIR_EVERY), NOW + PAIR_EVERY + PAIR_EVERY);
        let later = NOW + Millis::from_mins(10);
        pairs.forget(later);
        assert_eq!(pairs.next(&AddressKey::phone("+12025550124"), later), later);
    }

    #[test]
    fn a_person_gets_a_burst_of_45_and_then_one_in_six_seconds() {
        let mut pairs = PairBucket::default();
        let to = AddressKey::phone("+12025550123");
        let burst = (0..)
            .take_while(|_| {
                pairs.next(&to, NOW) == NOW && {
                    pairs.take(&to, NOW);
                    true
                }
            })
            .count();
        assert_eq!(burst, 45);
        assert_eq!(pairs.next(&to, NOW), NOW + PAIR_EVERY);
        pairs.forget(NOW + Millis::from_mins(10));
        assert_eq!(pairs.next(&to, NOW), NOW);
    }
}
