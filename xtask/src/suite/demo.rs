//! A running `antiphon demo` for tests that click through it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::shell;

/// A demo starts in a second; more than this means that it does not.
const PATIENCE: Duration = Duration::from_secs(60);

/// A demo on a free port, ended when it is dropped.
pub struct Demo {
    process: Child,
    pub console: String,
    pub sign_in: String,
}

/// What `antiphon demo --json` prints when it stands.
#[derive(Deserialize)]
struct Started {
    console: String,
    sign_in_url: String,
}

impl Demo {
    pub fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["demo", "--port", "0", "--json"]).current_dir(shell::root()).stdin(Stdio::null()).stdout(Stdio::piped());
        let process = command.spawn().with_context(|| format!("{} cannot be started", program.display()))?;
        let mut demo = Self { process, console: String::new(), sign_in: String::new() };
        let out = demo.process.stdout.take().context("the demo has no output")?;
        let (told, hear) = mpsc::channel();
        std::thread::spawn(move || {
            let started = serde_json::Deserializer::from_reader(out).into_iter::<Started>().next();
            // Nobody waits any more when this comes too late.
            let _ = told.send(started);
        });
        let started = hear
            .recv_timeout(PATIENCE)
            .ok()
            .flatten()
            .context("the demo did not start")?
            .context("the demo said something else than it should")?;
        demo.console = started.console;
        demo.sign_in = started.sign_in_url;
        Ok(demo)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself, and its store is a temporary one.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
