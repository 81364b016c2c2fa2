//! A process of its own that plans, and is killed while it does: `kill -9`, with nothing finished and nothing said.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use runtime::BroadcastLoop;

use super::stage::{open, pending};

/// Ticks of the process; it is killed long before.
const TICKS_MAX: u32 = 10_000_000;

/// Lets another process plan on this file until so many are pending, and kills it.
pub fn plan(file: &Path, left: u64) -> Result<()> {
    let mut child = Command::new(std::env::current_exe()?).arg("--plan").arg(file).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let mut last = None;
    for line in lines {
        let pending: u64 = line?.parse().context("how many are pending")?;
        last = Some(pending);
        if pending <= left {
            break;
        }
    }
    child.kill()?;
    let ended = child.wait()?;
    ensure!(!ended.success(), "the process ended before it was killed");
    match last {
        Some(pending) if pending <= left && pending > 0 => Ok(()),
        _ => bail!("the process was to plan until {left} are pending; it came to {last:?}"),
    }
}

/// The other process: plans, and prints how many are pending after each tick.
pub async fn plan_until_killed(file: &Path) -> Result<()> {
    let engine = open(file).await?;
    let mut ticking = BroadcastLoop::new(Arc::clone(&engine));
    let mut out = std::io::stdout();
    for _ in 0..TICKS_MAX {
        ticking.tick(engine.now()).await?;
        writeln!(out, "{}", pending(&engine).await?)?;
        out.flush()?;
    }
    bail!("nobody killed it")
}
