//! What a report consists of.

use model::Timestamp;
use serde::Serialize;

use crate::world::Exchange;

/// Pieces of evidence that a check shows; the counts go on.
const EVIDENCE_MAX: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Failed,
    Passed,
    /// Nothing happened that the rule speaks of.
    NotSeen,
}

/// An exchange that a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Its number in the log.
    pub seq: u64,
    pub at: Timestamp,
    pub what: String,
}

/// One rule on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    pub id: &'static str,
    pub channel: &'static str,
    pub rule: &'static str,
    pub verdict: Verdict,
    /// How often there was something to judge.
    pub seen: usize,
    pub failures: usize,
    /// Failures if there are any, otherwise examples of what was right.
    pub evidence: Vec<Evidence>,
    /// How it comes to be seen.
    pub how: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    pub at: Timestamp,
    pub seed: u64,
    /// Exchanges that were read.
    pub exchanges: usize,
    pub passed: usize,
    pub failed: usize,
    pub not_seen: usize,
    pub checks: Vec<Check>,
}

impl Check {
    pub(super) fn new(id: &'static str, channel: &'static str, rule: &'static str, how: &'static str) -> Self {
        Self { id, channel, rule, verdict: Verdict::NotSeen, seen: 0, failures: 0, evidence: Vec::new(), how }
    }

    /// Counts one case.
    pub(super) fn case(&mut self, right: bool, exchange: &Exchange, what: impl FnOnce() -> String) {
        self.seen += 1;
        if !right && self.failures == 0 {
            self.evidence.clear();
        }
        self.failures += usize::from(!right);
        if (self.failures > 0) != right && self.evidence.len() < EVIDENCE_MAX {
            self.evidence.push(Evidence { seq: exchange.seq, at: exchange.at, what: what() });
        }
        self.verdict = if self.failures > 0 { Verdict::Failed } else { Verdict::Passed };
    }
}

impl Report {
    pub(super) fn of(at: Timestamp, seed: u64, exchanges: usize, checks: Vec<Check>) -> Self {
        let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
        let (passed, failed, not_seen) = (count(Verdict::Passed), count(Verdict::Failed), count(Verdict::NotSeen));
        Self { at, seed, exchanges, passed, failed, not_seen, checks }
    }

    /// The check with this id on this channel.
    #[must_use]
    pub fn check(&self, id: &str, channel: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id && check.channel == channel)
    }
}
