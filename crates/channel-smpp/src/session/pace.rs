//! How fast messages go: each part counts, and a centre that wants fewer is given fewer.

/// Ticks in a second.
pub(crate) const TICKS: u32 = 20;
/// A throttled sender goes on at no less than this part of its rate.
const SLOWEST: f64 = 1.0 / 64.0;
/// What each accepted part gives back.
const RECOVERY: f64 = 1.02;
/// Pause after the centre asked for one, in ticks.
const PAUSE: u64 = TICKS as u64;

pub(crate) struct Pace {
    per_tick: f64,
    tokens: f64,
    factor: f64,
    paused_until: u64,
}

impl Pace {
    pub fn new(per_second: u32) -> Self {
        Self { per_tick: f64::from(per_second.max(1)) / f64::from(TICKS), tokens: 1.0, factor: 1.0, paused_until: 0 }
    }

    pub fn tick(&mut self) {
        // At most what one tick gives, or one: no burst after a pause.
        self.tokens = (self.tokens + self.per_tick * self.factor).min(self.per_tick.max(1.0));
    }

    pub fn take(&mut self, tick: u64) -> bool {
        let may = tick >= self.paused_until && self.tokens >= 1.0;
        if may {
            self.tokens -= 1.0;
        }
        may
    }

    /// The whole bind waits, not the one message: otherwise those behind it would overtake it.
    pub fn throttled(&mut self, tick: u64) {
        self.factor = (self.factor / 2.0).max(SLOWEST);
        self.tokens = 0.0;
        self.paused_until = tick + PAUSE;
    }

    pub fn accepted(&mut self) {
        self.factor = (self.factor * RECOVERY).min(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pace: &mut Pace, ticks: std::ops::Range<u64>) -> u32 {
        let mut sent = 0;
        for tick in ticks {
            pace.tick();
            while pace.take(tick) {
                sent += 1;
            }
        }
        sent
    }

    #[test]
    fn a_second_has_no_more_parts_than_it_may() {
        assert!((9..=11).contains(&sent(&mut Pace::new(10), 0..20)));
        assert!((99..=101).contains(&sent(&mut Pace::new(100), 0..20)));
        assert!((1..=2).contains(&sent(&mut Pace::new(1), 0..20)));
    }

    #[test]
    fn throttling_pauses_then_halves_and_acceptance_restores() {
        let mut pace = Pace::new(100);
        pace.throttled(0);
        assert_eq!(sent(&mut pace, 0..20), 0);
        assert!((45..=56).contains(&sent(&mut pace, 20..40)));
        for _ in 0..100 {
            pace.accepted();
        }
        assert!(sent(&mut pace, 40..60) >= 99);
    }
}
