//! One transaction under way: what its signals have in common is read once and written once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::change::CounterDelta;
use model::{Channel, WorkspaceId};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row, params};
use storage::{Decider, StorageError};

use super::memory::Memory;
use crate::error::{is_own_fault, sql};
use crate::sql::{contact, run};
use crate::wakes::Moved;

pub(crate) struct Group<'c> {
    pub(super) conn: &'c Connection,
    pub(super) decider: &'c dyn Decider,
    pub(super) memory: &'c mut Memory,
    /// Rows to be written at the end, by number, so that a flush goes through the file in one direction.
    pub(super) dirty_contacts: BTreeSet<i64>,
    pub(super) dirty_messages: BTreeSet<i64>,
    /// Wakes that are moved if this commits.
    pub(super) moved: Vec<Moved>,
    pub(super) counters: BTreeMap<(i64, String, String, String), i64>,
    /// Providers' ids of messages that this step wrote, for which signals may wait.
    pub(super) recorded: VecDeque<(i64, Channel, String)>,
    /// Nothing is put off, and each signal has a savepoint.
    pub(super) careful: bool,
    pub(super) steps: u64,
}

impl<'c> Group<'c> {
    pub(super) fn new(conn: &'c Connection, decider: &'c dyn Decider, memory: &'c mut Memory, careful: bool) -> Self {
        Self {
            conn,
            decider,
            memory,
            dirty_contacts: BTreeSet::new(),
            dirty_messages: BTreeSet::new(),
            moved: Vec::new(),
            counters: BTreeMap::new(),
            recorded: VecDeque::new(),
            careful,
            steps: 0,
        }
    }

    pub(super) const fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) const fn connection(&self) -> &Connection {
        self.conn
    }

    pub(super) fn prepared(&self, statement: &'static str) -> Result<CachedStatement<'_>, StorageError> {
        self.conn.prepare_cached(statement).map_err(sql("a statement cannot be prepared"))
    }

    pub(crate) fn execute(&self, statement: &'static str, values: impl Params) -> Result<usize, StorageError> {
        let failed = sql("a change cannot be written");
        self.conn.prepare_cached(statement).map_err(&failed)?.execute(values).map_err(&failed)
    }

    pub(crate) fn find<T>(
        &self,
        statement: &'static str,
        values: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StorageError> {
        let failed = sql("a row cannot be read");
        self.conn.prepare_cached(statement).map_err(&failed)?.query_row(values, row).optional().map_err(&failed)
    }

    pub(crate) fn find_workspace(&mut self, ws: WorkspaceId) -> Result<Option<i64>, StorageError> {
        if let Some(n) = self.memory.workspaces.get(&ws) {
            return Ok(Some(*n));
        }
        let found = self.find(contact::WORKSPACE, [ws.to_bytes()], |row| row.get(0))?;
        if let Some(n) = found {
            self.memory.workspaces.insert(ws, n);
        }
        Ok(found)
    }

    pub(crate) fn make_workspace(&mut self, ws: WorkspaceId) -> Result<i64, StorageError> {
        if let Some(n) = self.find_workspace(ws)? {
            return Ok(n);
        }
        let failed = sql("a workspace cannot be added");
        let mut insert = self.conn.prepare_cached(contact::INSERT_WORKSPACE).map_err(&failed)?;
        let n = insert.query_row([ws.to_bytes()], |row| row.get(0)).map_err(&failed)?;
        self.memory.workspaces.insert(ws, n);
        Ok(n)
    }

    /// Runs a part that must be undone alone if it fails. Nothing is put off when it begins, so what is undone is in the file only.
    pub(super) fn guarded<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let failed = sql("a savepoint failed");
        self.flush()?;
        let moved = self.moved.len();
        self.conn.execute_batch("SAVEPOINT part").map_err(&failed)?;
        let mut outcome = act(self);
        if self.careful && outcome.is_ok() {
            outcome = self.flush().and(outcome);
        }
        match &outcome {
            Ok(_) => self.conn.execute_batch("RELEASE part").map_err(&failed)?,
            Err(error) if is_own_fault(error) => {
                self.conn.execute_batch("ROLLBACK TO part; RELEASE part").map_err(&failed)?;
                self.dirty_contacts.clear();
                self.dirty_messages.clear();
                self.counters.clear();
                self.recorded.clear();
                self.moved.truncate(moved);
                self.memory.reload(self.conn);
            }
            // The whole group is rolled back.
            Err(_) => {}
        }
        outcome
    }

    /// Runs a part with nothing put off.
    pub(super) fn carefully<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, StorageError>) -> Result<T, StorageError> {
        self.flush()?;
        let before = std::mem::replace(&mut self.careful, true);
        let outcome = act(self);
        self.careful = before;
        outcome
    }

    pub(super) fn count(&mut self, ws: i64, deltas: Vec<CounterDelta>) {
        for CounterDelta { scope, key, name, by } in deltas {
            let sum = self.counters.entry((ws, scope, key, name)).or_default();
            *sum = sum.saturating_add(by);
        }
    }

    /// Writes what was put off.
    pub(super) fn flush(&mut self) -> Result<(), StorageError> {
        for n in std::mem::take(&mut self.dirty_messages) {
            self.flush_message(n)?;
        }
        for n in std::mem::take(&mut self.dirty_contacts) {
            self.flush_contact(n)?;
        }
        for ((ws, scope, key, name), by) in std::mem::take(&mut self.counters) {
            self.execute(run::COUNTER_ADD, params![ws, scope, key, name, by])?;
        }
        Ok(())
    }
}
