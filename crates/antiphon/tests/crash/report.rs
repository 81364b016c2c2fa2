//! What a run of the crash test found, for people and for programs.

use std::collections::BTreeMap;

use serde::Serialize;

/// Findings shown in a failure; the rest is counted.
const SHOWN: usize = 30;

#[derive(Default, Serialize)]
pub struct Report {
    pub seed: u64,
    pub store: String,
    pub nodes: usize,
    pub people: usize,
    pub kills: u32,
    /// Of these, at which moments.
    pub kinds: BTreeMap<String, u32>,
    pub seconds: f64,
    /// From the start of the process to its answer: the median and the longest, in milliseconds.
    pub start_ms: [u64; 2],
    /// Requests that were answered with success.
    pub accepted: u64,
    pub repeated: u64,
    pub known: u64,
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
    /// Messages whose outcome was unknown for a while, and what became of them.
    pub in_doubt: usize,
    pub settled: BTreeMap<String, usize>,
    /// Neighbours that came in the order in which they were accepted; those where the earlier one was overtaken while its fate was open.
    pub in_order: usize,
    pub overtaken: usize,
    /// People whose STOP was acknowledged.
    pub stops: usize,
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
    pub misordered: Vec<String>,
    /// Promotional messages after an acknowledged STOP.
    pub after_stop: Vec<String>,
    /// Everything else that does not fit together.
    pub faults: Vec<String>,
}

impl Report {
    fn findings(&self) -> [(&'static str, &Vec<String>); 5] {
        [
            ("lost", &self.lost),
            ("doubled", &self.doubled),
            ("misordered", &self.misordered),
            ("after STOP", &self.after_stop),
            ("fault", &self.faults),
        ]
    }

    pub fn is_clean(&self) -> bool {
        self.findings().iter().all(|(_, found)| found.is_empty())
    }

    pub fn summary(&self) -> String {
        let mut text = format!(
            "seed {}, {} node(s) on {}: {} people, {} kills {:?} in {:.0} s; up again in {} ms (median), {} ms at worst\n\
             requests: {} accepted, {} repeated, {} of these were taken already\n\
             runs ended: {:?}\nour messages: {:?}; {} reached phones; {} answers came in\n\
             in doubt: {} {:?}; in order: {}, overtaken while in doubt: {}; {} people stopped\n",
            self.seed,
            self.nodes,
            self.store,
            self.people,
            self.kills,
            self.kinds,
            self.seconds,
            self.start_ms[0],
            self.start_ms[1],
            self.accepted,
            self.repeated,
            self.known,
            self.ended,
            self.messages,
            self.received,
            self.answers,
            self.in_doubt,
            self.settled,
            self.in_order,
            self.overtaken,
            self.stops,
        );
        for (what, found) in self.findings() {
            text.push_str(&format!("{what}: {}\n", found.len()));
            for line in found.iter().take(SHOWN) {
                text.push_str(&format!("  {line}\n"));
            }
        }
        text
    }
}
