//! What goes to the terminal: text for people, or one JSON value for programs.

use std::io::Write as _;

use anyhow::Result;
use serde::Serialize;

/// How a command ended, for scripts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: done, and the answer is no: a file with errors, a broken chain, a failed scenario.
    No,
}

impl Exit {
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
        }
    }
}

/// Where a command writes.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    pub json: bool,
}

impl Output {
    /// One line for people; nothing with `--json`.
    pub fn say(self, line: impl AsRef<str>) -> Result<()> {
        if !self.json {
            writeln!(std::io::stdout().lock(), "{}", line.as_ref())?;
        }
        Ok(())
    }

    /// The answer for programs; nothing without `--json`.
    pub fn json<T: Serialize>(self, value: &T) -> Result<()> {
        if self.json {
            let mut out = std::io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, value)?;
            writeln!(out)?;
        }
        Ok(())
    }
}
