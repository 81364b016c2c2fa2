//! SIGKILL at bad moments: in the middle of the work, in the middle of a start, while the log is folded into the file.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use model::{Draws, Rng as _};

use crate::fleet::Fleet;
use crate::process::now;

/// Between an answered start and the next kill, in milliseconds. Where nodes share a store, who takes over waits a second for what a dead one
/// held, and must get to work in between.
const LIFE_MS: (u64, u64) = (30, 800);
const SHARED_LIFE_MS: (u64, u64) = (30, 2_800);
/// A start is cut off after this long at most, in milliseconds: before, while and after it opens the store.
const START_MS: u64 = 250;
/// How long to wait for a checkpoint to come by, and how often to look.
const CHECKPOINT_WAIT: Duration = Duration::from_millis(1_500);
const LOOK: Duration = Duration::from_millis(1);
/// A node of several stays away this long at most, in milliseconds.
const AWAY_MS: u64 = 1_500;

/// What was done, and how long starts took, in milliseconds.
#[derive(Default)]
pub struct Killed {
    pub kinds: BTreeMap<&'static str, u32>,
    pub starts: Vec<u64>,
}

impl Killed {
    /// Median and longest.
    pub fn start_ms(&self) -> [u64; 2] {
        let mut all = self.starts.clone();
        all.sort_unstable();
        [all.get(all.len() / 2), all.last()].map(|ms| ms.copied().unwrap_or_default())
    }
}

/// Kills `kills` times; afterwards everything is up.
pub async fn kill(fleet: &mut Fleet, kills: u32, seed: u64) -> Killed {
    let mut draws = Draws::new(seed);
    let mut killed = Killed::default();
    let (shortest, longest) = if fleet.database.is_some() { SHARED_LIFE_MS } else { LIFE_MS };
    while killed.kinds.values().sum::<u32>() < kills {
        let victim = draws.below(fleet.nodes.len() as u64) as usize;
        let life = Duration::from_millis(shortest + draws.below(longest - shortest));
        let dice = draws.below(100);
        let mut count = |kind| *killed.kinds.entry(kind).or_default() += 1;
        if fleet.database.is_some() && dice < 40 {
            tokio::time::sleep(life).await;
            count(database(fleet, dice));
            continue;
        }
        if fleet.database.is_none() && dice < 20 {
            count(checkpoint(&fleet.file(), life).await);
        } else {
            tokio::time::sleep(life).await;
            count("at work");
        }
        fleet.nodes[victim].kill();
        if fleet.nodes.len() > 1 {
            tokio::time::sleep(Duration::from_millis(draws.below(AWAY_MS))).await;
        }
        if draws.below(100) < 20 {
            fleet.nodes[victim].start_and_kill(Duration::from_millis(draws.below(START_MS))).await;
            count("in start-up");
        }
        fleet.nodes[victim].up().await;
        killed.starts.push(u64::try_from(fleet.nodes[victim].start_took.as_millis()).unwrap_or(u64::MAX));
    }
    killed
}

/// Under the nodes' feet: one connection, all of them, or the whole database server, as a power cut would.
fn database(fleet: &mut Fleet, dice: u64) -> &'static str {
    match dice {
        0..3 => {
            let server = fleet.database.as_mut().expect("a database server");
            server.crash();
            server.start_again().expect("the database server recovers");
            "database server"
        }
        3..13 => {
            fleet.cut(true);
            "all connections"
        }
        _ => {
            fleet.cut(false);
            "a connection"
        }
    }
}

/// Waits until the file is written to, which happens only when the log is folded into it. Without one in time an ordinary moment must do.
async fn checkpoint(file: &Path, otherwise: Duration) -> &'static str {
    let written = || std::fs::metadata(file).and_then(|it| it.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let (before, began) = (written(), now());
    while now() - began < CHECKPOINT_WAIT {
        if written() != before {
            return "in a checkpoint";
        }
        tokio::time::sleep(LOOK).await;
    }
    tokio::time::sleep(otherwise).await;
    "at work"
}
