//! Several runs on their way into one.

use std::sync::Arc;

use rusqlite::params;
use storage::StorageError;

use super::index::damaged;
use super::keeper::put_block;
use super::run::{self, Blocks, Run};
use super::{Entry, block};
use crate::sql::hash;
use crate::writer::Statements;

/// How far a run was read.
struct Cursor {
    run: Arc<Run>,
    next_block: usize,
    /// What is left of the last block that was read, the next at the end.
    rest: Vec<Entry>,
}

impl Cursor {
    fn peek(&mut self, statements: &Statements<'_>) -> Result<Option<Entry>, StorageError> {
        if self.rest.is_empty() && self.next_block < self.run.blocks.len() {
            let n = run::blocks(self.run.n).0 + self.next_block as i64;
            let bytes: Option<Vec<u8>> = statements.find(hash::HASH_BLOCK, params![n], |row| row.get(0))?;
            self.rest = bytes.and_then(|bytes| block::unpack(&bytes)).ok_or_else(damaged)?;
            self.rest.reverse();
            self.next_block += 1;
        }
        Ok(self.rest.last().copied())
    }
}

pub(super) struct Merge {
    /// The run that comes of it.
    pub(super) n: i64,
    pub(super) level: u32,
    entries: usize,
    blocks: Blocks,
    cursors: Vec<Cursor>,
    /// The block that is being filled.
    open: Vec<Entry>,
}

impl Merge {
    pub(super) fn new(n: i64, level: u32, runs: Vec<Arc<Run>>) -> Self {
        let entries = runs.iter().map(|run| run.entries).sum();
        let cursors = runs.into_iter().map(|run| Cursor { run, next_block: 0, rest: Vec::new() }).collect();
        Self { n, level, entries, blocks: Blocks::new(entries), cursors, open: Vec::with_capacity(block::ENTRIES) }
    }

    /// The runs that are merged.
    pub(super) fn sources(&self) -> impl Iterator<Item = i64> + '_ {
        self.cursors.iter().map(|cursor| cursor.run.n)
    }

    /// Goes on for so many entries. True at the end.
    pub(super) fn advance(&mut self, statements: &Statements<'_>, entries: usize) -> Result<bool, StorageError> {
        for _ in 0..entries {
            let mut lowest: Option<(usize, Entry)> = None;
            for (place, cursor) in self.cursors.iter_mut().enumerate() {
                if let Some(entry) = cursor.peek(statements)?
                    && lowest.is_none_or(|(_, other)| entry < other)
                {
                    lowest = Some((place, entry));
                }
            }
            let Some((place, entry)) = lowest else {
                if !self.open.is_empty() {
                    self.close_block(statements)?;
                }
                return Ok(true);
            };
            self.cursors[place].rest.pop();
            self.open.push(entry);
            if self.open.len() == block::ENTRIES {
                self.close_block(statements)?;
            }
        }
        Ok(false)
    }

    fn close_block(&mut self, statements: &Statements<'_>) -> Result<(), StorageError> {
        put_block(statements, self.n, &mut self.blocks, &self.open)?;
        self.open.clear();
        Ok(())
    }

    pub(super) fn into_run(self) -> Run {
        Run { n: self.n, level: self.level, entries: self.entries, blocks: self.blocks }
    }

    pub(super) const fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    pub(super) const fn entries(&self) -> usize {
        self.entries
    }
}
