//! A shell between us and the server, which stops the server when we end, also when we are killed.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Stdio};

use crate::{Programs, ServerError};

/// Starts a program, waits for a line or for the end of the pipe, and stops the program the hard way: nobody needs its memory any more.
/// A shell's background program ignores QUIT unless it asks for it, as the server does and the pooler does not; TERM ends the pooler at once.
const SCRIPT: &str = r#"
folder=$1; after=$2; shift 2
"$@" </dev/null &
program=$!
read -r wish
kill -QUIT "$program" 2>/dev/null
kill -TERM "$program" 2>/dev/null
wait "$program"
[ "$wish" = keep ] || [ "$after" = keep ] || rm -rf "$folder"
exit 0
"#;

pub(crate) struct Watchdog {
    child: Child,
}

impl Watchdog {
    /// `remove` says whether the folder goes with the program.
    pub(crate) fn start(programs: &Programs, line: &[&OsStr], folder: &Path, remove: bool) -> Result<Self, ServerError> {
        let failed = |source| ServerError::Start { program: line[0].to_string_lossy().into_owned(), source };
        let log = File::options().append(true).create(true).open(folder.join("server.log")).map_err(failed)?;
        let copy = log.try_clone().map_err(failed)?;
        let mut command = programs.command(Path::new("/bin/sh"));
        command
            .args(["-c", SCRIPT, "watchdog"])
            .arg(folder)
            .arg(if remove { "remove" } else { "keep" })
            .args(line)
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(copy)
            .current_dir("/")
            // An interrupt at the terminal is for us; the server ends when we have.
            .process_group(0);
        command.spawn().map(|child| Self { child }).map_err(failed)
    }

    /// Stops the server at once, as a power cut would, and keeps its folder.
    pub(crate) fn crash(mut self) {
        if let Some(mut pipe) = self.child.stdin.take() {
            let _ = pipe.write_all(b"keep\n");
        }
        let _ = self.child.wait();
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
