//! How hard to try: a small form by itself, more if the environment says so.

use std::path::PathBuf;

/// Where the product keeps things.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backing {
    Sqlite,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub store: Backing,
    /// Processes of the product that share the store.
    pub nodes: usize,
    /// Customers; each has a visit and, some of them, more.
    pub people: usize,
    pub kills: u32,
    pub seed: u64,
    /// Where the findings go as JSON.
    pub json: Option<PathBuf>,
}

#[expect(clippy::disallowed_methods, reason = "a test is told by the environment how hard to try")]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn number(name: &str, default: u64) -> u64 {
    told(name).map_or(default, |text| text.parse().expect("a number"))
}

impl Plan {
    /// `people` and `kills` are the small form.
    pub fn read(store: Backing, nodes: usize, people: u64, kills: u64) -> Self {
        Self {
            store,
            nodes: usize::try_from(number("CRASH_NODES", nodes as u64)).expect("a size"),
            people: usize::try_from(number("CRASH_RUNS", people)).expect("a size"),
            kills: u32::try_from(number("CRASH_KILLS", kills)).expect("a count"),
            seed: number("CRASH_SEED", 1),
            json: told("CRASH_JSON").map(PathBuf::from),
        }
    }
}

/// A program to test in place of the one that was built with the tests.
pub fn program() -> Option<PathBuf> {
    told("CRASH_PROGRAM").map(PathBuf::from)
}
