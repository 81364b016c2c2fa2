//! Starts a process for each target, as many at once as there are processors, and says how those ended that did not come to their end.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::Cli;
use super::worker::{LAST, LENGTH, find};

/// What a process may take beyond its time: seeds, and making findings small.
const BEYOND: Duration = Duration::from_secs(90);
/// For a number of inputs, which has no time of its own.
const WITHOUT_TIME: Duration = Duration::from_secs(3_600);
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(super) fn run(cli: &Cli) -> Result<bool> {
    let names: Vec<&str> = match &cli.target {
        Some(name) => vec![find(name)?.name],
        None => fuzz::targets::ALL.iter().map(|target| target.name).collect(),
    };
    let jobs = cli.jobs.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1).clamp(1, names.len());
    println!("{} targets, {jobs} at once, seed {}", names.len(), cli.seed);
    let (queue, failed) = (Mutex::new(names.into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let Some(name) = queue.lock().unwrap_or_else(PoisonError::into_inner).next() else { return };
                    match play(cli, name) {
                        Ok(true) => {}
                        Ok(false) => failed.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_owned()),
                        Err(error) => failed.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{name} ({error:#})")),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if failed.is_empty() {
        return Ok(true);
    }
    println!("\nfailed: {}", failed.join(", "));
    println!("once mended, keep each input for ever: cp <file> fuzz/cases/<target>/<what-it-showed>");
    Ok(false)
}

fn folder(name: &str) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz").join(name);
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

fn play(cli: &Cli, name: &str) -> Result<bool> {
    let folder = folder(name)?;
    let program = std::env::current_exe()?;
    // The shell bounds the memory, because a process cannot bound its own without code that this project does not allow itself.
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {}; exec \"$0\" \"$@\"", fuzz::MEMORY_MIB * 1024)]).arg(program);
    command.args(["--target", name, "--seed", &cli.seed.to_string(), "--worker"]).arg(&folder);
    let mut within = Duration::from_secs(cli.seconds) + BEYOND;
    match (&cli.replay, cli.inputs) {
        (Some(file), _) => drop(command.arg("--replay").arg(file)),
        (None, Some(inputs)) => {
            within = WITHOUT_TIME;
            command.args(["--inputs", &inputs.to_string()]);
        }
        (None, None) => drop(command.args(["--seconds", &cli.seconds.to_string()])),
    }
    // Arenas of threads would count as memory long before they are used.
    let mut child = command.env("MALLOC_ARENA_MAX", "2").stdin(Stdio::null()).spawn().context("a player cannot be started")?;
    let ended = wait(&mut child, within)?;
    match ended {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        Some(2) => anyhow::bail!("it could not be played"),
        other => {
            let file = keep_last(&folder)?;
            let how = other.map_or("it does not come to an end", |_| "the process died: too deep a recursion, or too much memory");
            println!("  FOUND {name}: {how}\n    the input is in {}", file.display());
            Ok(false)
        }
    }
}

/// The code it ended with; `None` when it had to be ended. A signal counts as -1.
#[expect(clippy::disallowed_methods, reason = "a tool waits for a process that it started")]
fn wait(child: &mut Child, within: Duration) -> Result<Option<i32>> {
    let start = Instant::now();
    while start.elapsed() < within {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.code().unwrap_or(-1)));
        }
        std::thread::sleep(LOOK_EVERY);
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// Copies the input that was being read.
fn keep_last(folder: &Path) -> Result<PathBuf> {
    let length: usize = std::fs::read_to_string(folder.join(LENGTH))?.trim().parse()?;
    let input = std::fs::read(folder.join(LAST))?;
    ensure!(length <= input.len(), "the last input was not written to its end");
    let file = folder.join("found-last");
    std::fs::write(&file, &input[..length])?;
    Ok(file)
}
