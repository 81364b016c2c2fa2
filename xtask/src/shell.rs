//! Starting other programs from the root of the repository.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A program with its arguments, started in the root.
pub fn program(line: &[&str]) -> Command {
    let mut command = Command::new(line[0]);
    command.args(&line[1..]).current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs it with its output on the terminal; fails when it fails.
pub fn run(line: &[&str]) -> Result<()> {
    run_in(&root(), line, &[])
}

/// The same in another folder, with variables added.
pub fn run_in(folder: &Path, line: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let status = program(line)
        .current_dir(folder)
        .envs(variables.iter().copied())
        .status()
        .with_context(|| format!("`{}` cannot be started", line[0]))?;
    if status.success() { Ok(()) } else { bail!("`{}` ended with {status}", line.join(" ")) }
}

/// Runs it in the root, and shows what it prints only when it fails.
pub fn silently(line: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let out = program(line).envs(variables.iter().copied()).output().with_context(|| format!("`{}` cannot be started", line[0]))?;
    if !out.status.success() {
        println!("{}\n{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        bail!("`{}` ended with {}", line.join(" "), out.status);
    }
    Ok(())
}

/// What it prints on standard output.
pub fn output(line: &[&str]) -> Result<String> {
    let out = program(line).stderr(Stdio::inherit()).output().with_context(|| format!("`{}` cannot be started", line[0]))?;
    if !out.status.success() {
        bail!("`{}` ended with {}", line.join(" "), out.status);
    }
    String::from_utf8(out.stdout).with_context(|| format!("`{}` printed no UTF-8", line[0]))
}

/// Runs it, prints what it prints, and gives each line to `reader` as well. Says whether it succeeded.
pub fn follow(folder: &Path, line: &[&str], variables: &[(&str, String)], mut reader: impl FnMut(&str)) -> Result<bool> {
    // The shell joins both streams in the order of writing; the arguments stay arguments.
    let mut command = Command::new("sh");
    command
        .args(["-c", "exec \"$0\" \"$@\" 2>&1"])
        .args(line)
        .env("NO_COLOR", "1")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("`{}` cannot be started", line[0]))?;
    if let Some(out) = child.stdout.take() {
        for text in BufReader::new(out).split(b'\n') {
            let text = String::from_utf8_lossy(&text?).into_owned();
            println!("{text}");
            reader(&text);
        }
    }
    Ok(child.wait()?.success())
}

/// Whether a program can be found.
pub fn exists(name: &str) -> bool {
    Command::new("sh")
        .args(["-c", "command -v \"$0\" >/dev/null 2>&1", name])
        .stdin(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs the work and says how long it took.
#[expect(clippy::disallowed_methods, reason = "a tool measures real time")]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// `3m 05s`, `4.2s`.
pub fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 { format!("{}m {:02}s", seconds / 60, seconds % 60) } else { format!("{:.1}s", time.as_secs_f64()) }
}
