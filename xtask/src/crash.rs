//! `cargo xtask crash`: kills the product as often as it is told, and counts what was lost or doubled. CI runs small forms with the tests.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::shell;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Store {
    Sqlite,
    Postgres,
}

/// Kills the real program at random moments while journeys run, and counts from the outside what was lost or doubled.
#[derive(Args)]
pub struct Crash {
    /// Where the product keeps things.
    #[arg(long, value_enum, default_value_t = Store::Sqlite)]
    store: Store,
    /// Processes that share the store.
    #[arg(long, default_value_t = 1)]
    nodes: u32,
    /// How often something is killed.
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// Customers: three for each kill unless told otherwise.
    #[arg(long)]
    runs: Option<u32>,
    /// The same seed gives the same customers and the same moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Test the release build, which starts faster.
    #[arg(long)]
    release: bool,
    /// Print the findings as JSON at the end.
    #[arg(long)]
    json: bool,
}

pub fn run(how: &Crash) -> Result<()> {
    if how.store == Store::Sqlite && how.nodes != 1 {
        bail!("a SQLite file belongs to one process; several nodes need --store postgres");
    }
    let test = match (how.store, how.nodes) {
        (Store::Sqlite, _) => "kills::one_node_on_sqlite_killed_at_random_moments_loses_nothing_and_doubles_nothing",
        (Store::Postgres, 1) => "kills::one_node_on_postgres_killed_at_random_moments_loses_nothing_and_doubles_nothing",
        (Store::Postgres, _) => "kills::three_nodes_on_postgres_killed_at_random_moments_lose_nothing_and_double_nothing",
    };
    let root = shell::root();
    let report: PathBuf = root.join("target/crash.json");
    let runs = how.runs.unwrap_or(how.kills.saturating_mul(3).max(120)).to_string();
    let (nodes, kills, seed) = (how.nodes.to_string(), how.kills.to_string(), how.seed.to_string());
    let path = report.to_string_lossy().into_owned();
    let built = root.join("target/release/antiphon").to_string_lossy().into_owned();
    if how.release {
        shell::run(&["cargo", "build", "--quiet", "--locked", "--release", "-p", "antiphon"])?;
    }
    let variables = [
        ("CRASH_RUNS", runs.as_str()),
        ("CRASH_NODES", &nodes),
        ("CRASH_KILLS", &kills),
        ("CRASH_SEED", &seed),
        ("CRASH_JSON", &path),
        ("CRASH_PROGRAM", if how.release { &built } else { "" }),
    ];
    let line = ["cargo", "test", "--quiet", "--locked", "-p", "antiphon", "--test", "crash", test, "--", "--exact", "--nocapture"];
    let done = shell::run_in(&root, &line, &variables);
    if how.json {
        println!("{}", std::fs::read_to_string(&report)?);
    }
    done
}
