//! What a run of the crash test found, for people and for programs.

use std::collections::BTreeMap;

use serde::Serialize;

/// Findings shown in a failure; the rest is counted.
const SHOWN: usize = 30;

#[derive(Default, Serialize)]
pub struct Report {
    pub seed: u64,
    pub runs: usize,
    pub kills: u32,
    pub seconds: f64,
    /// From the start of the process to its answer: the median and the longest, in milliseconds.
    pub start_ms: [u64; 2],
    pub events_accepted: u64,
    pub events_repeated: u64,
    pub events_known: u64,
    /// Runs by how they ended.
    pub ended: BTreeMap<String, usize>,
    /// Our messages by their last status.
    pub messages: BTreeMap<String, usize>,
    /// What phones received from us.
    pub received: usize,
    /// Of these, what the SMS provider said by itself after STOP.
    pub by_provider: usize,
    /// What customers sent, and we have.
    pub answers: usize,
    /// Messages whose outcome was unknown for a while.
    pub in_doubt: usize,
    /// Of these: called for again, because the provider certainly never had them or the time to settle was over.
    pub called_again: usize,
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
    /// Everything else that does not fit together.
    pub faults: Vec<String>,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.faults.is_empty()
    }

    pub fn summary(&self) -> String {
        let mut text = format!(
            "seed {}: {} runs, {} kills in {:.0} s; up again in {} ms (median), {} ms at worst\n\
             events: {} accepted, {} repeated, {} of these were taken already\n\
             runs ended: {:?}\nour messages: {:?}; {} reached phones; {} answers came in\n\
             in doubt: {}, called again: {}\nlost: {}, doubled: {}, other faults: {}\n",
            self.seed,
            self.runs,
            self.kills,
            self.seconds,
            self.start_ms[0],
            self.start_ms[1],
            self.events_accepted,
            self.events_repeated,
            self.events_known,
            self.ended,
            self.messages,
            self.received,
            self.answers,
            self.in_doubt,
            self.called_again,
            self.lost.len(),
            self.doubled.len(),
            self.faults.len(),
        );
        for (what, found) in [("lost", &self.lost), ("doubled", &self.doubled), ("fault", &self.faults)] {
            for line in found.iter().take(SHOWN) {
                text.push_str(&format!("{what}: {line}\n"));
            }
        }
        text
    }
}
