//! Signals that are committed together: what they have in common is read once and written once.

use std::collections::{BTreeSet, VecDeque};

use model::change::CounterDelta;
use model::{Channel, WorkspaceId};
use rusqlite::{Connection, Params, Row as Found};
use storage::{Decider, StorageError, StorageErrorKind};

use super::memory::Memory;
use super::pen::Pen;
use super::row::Row;
use super::statements::Statements;
use crate::error::{is_own_fault, sql};
use crate::hashes::Entry;
use crate::sql::contact;
use crate::wakes::Moved;

/// Where rows go.
pub(super) enum Out<'g, 'c> {
    /// Into the transaction that is open. What is read has them.
    Now(Pen<'g, 'c>),
    /// To be written when what was decided before is. What is read lacks them and, it may be, what was decided before: the memory has both.
    Later(Vec<Row>),
}

pub(crate) struct Group<'g, 'c> {
    pub(super) statements: &'g Statements<'c>,
    pub(super) decider: &'g dyn Decider,
    pub(super) memory: &'g mut Memory,
    pub(super) out: Out<'g, 'c>,
    /// Rows to be written at the end, by number, so that a flush goes through the file in one direction.
    pub(super) dirty_contacts: BTreeSet<i64>,
    pub(super) dirty_messages: BTreeSet<i64>,
    /// Wakes that are moved if this commits.
    pub(super) moved: Vec<Moved>,
    /// Providers' ids of messages that this step wrote, for which signals may wait.
    pub(super) recorded: VecDeque<(i64, Channel, String)>,
    /// Nothing is put off, and each signal has a savepoint.
    pub(super) careful: bool,
    pub(super) steps: u64,
}

/// What must see its own rows cannot be done ahead of the commit before it. Nobody is told: it is done again when that commit has ended.
pub(super) fn not_ahead() -> StorageError {
    StorageError::new(StorageErrorKind::Conflict, "this cannot be decided before what was decided earlier is stored")
}

impl<'g, 'c> Group<'g, 'c> {
    fn new(statements: &'g Statements<'c>, decider: &'g dyn Decider, memory: &'g mut Memory, out: Out<'g, 'c>, careful: bool) -> Self {
        Self {
            statements,
            decider,
            memory,
            out,
            dirty_contacts: BTreeSet::new(),
            dirty_messages: BTreeSet::new(),
            moved: Vec::new(),
            recorded: VecDeque::new(),
            careful,
            steps: 0,
        }
    }

    /// Inside of a transaction.
    pub(super) fn now(statements: &'g Statements<'c>, decider: &'g dyn Decider, memory: &'g mut Memory, careful: bool) -> Self {
        Self::new(statements, decider, memory, Out::Now(Pen::new(statements)), careful)
    }

    /// Ahead of one, with a connection that only reads.
    pub(super) fn ahead(statements: &'g Statements<'c>, decider: &'g dyn Decider, memory: &'g mut Memory) -> Self {
        Self::new(statements, decider, memory, Out::Later(Vec::new()), false)
    }

    pub(super) const fn is_ahead(&self) -> bool {
        matches!(self.out, Out::Later(_))
    }

    pub(super) const fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) const fn connection(&self) -> &Connection {
        self.statements.connection()
    }

    /// Writes a row of a step, now or later.
    pub(super) fn put(&mut self, row: Row) -> Result<(), StorageError> {
        match &mut self.out {
            Out::Now(pen) => pen.write(row),
            Out::Later(rows) => {
                rows.push(row);
                Ok(())
            }
        }
    }

    /// The pen of the open transaction.
    pub(super) fn pen(&mut self) -> Result<&mut Pen<'g, 'c>, StorageError> {
        match &mut self.out {
            Out::Now(pen) => Ok(pen),
            Out::Later(_) => Err(not_ahead()),
        }
    }

    /// A change that is no step's row.
    pub(crate) fn execute(&mut self, statement: &'static str, values: impl Params) -> Result<usize, StorageError> {
        self.pen()?.statements.execute(statement, values)
    }

    pub(crate) fn find<T>(
        &self,
        statement: &'static str,
        values: impl Params,
        row: impl FnOnce(&Found<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StorageError> {
        self.statements.find(statement, values, row)
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
        let made = self.pen()?.statements.find(contact::INSERT_WORKSPACE, [ws.to_bytes()], |row| row.get(0))?;
        let n = made.ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a workspace was added and has no number"))?;
        self.memory.workspaces.insert(ws, n);
        Ok(n)
    }

    /// Runs a part that must be undone alone if it fails. Nothing is put off when it begins, so what is undone is in the file only.
    pub(super) fn guarded<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let failed = sql("a savepoint failed");
        self.flush()?;
        let moved = self.moved.len();
        let hashes = self.pen()?.hashes();
        let conn = self.pen()?.statements.connection();
        conn.execute_batch("SAVEPOINT part").map_err(&failed)?;
        let mut outcome = act(self);
        if self.careful && outcome.is_ok() {
            outcome = self.flush().and(outcome);
        }
        match &outcome {
            Ok(_) => conn.execute_batch("RELEASE part").map_err(&failed)?,
            Err(error) if is_own_fault(error) => {
                conn.execute_batch("ROLLBACK TO part; RELEASE part").map_err(&failed)?;
                self.pen()?.undo(hashes);
                self.dirty_contacts.clear();
                self.dirty_messages.clear();
                self.recorded.clear();
                self.moved.truncate(moved);
                self.memory.reload(self.statements);
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

    pub(super) fn count(&mut self, ws: i64, deltas: Vec<CounterDelta>) -> Result<(), StorageError> {
        deltas.into_iter().try_for_each(|delta| self.put(Row::Count { ws, delta }))
    }

    /// Writes what was put off.
    pub(super) fn flush(&mut self) -> Result<(), StorageError> {
        for n in std::mem::take(&mut self.dirty_messages) {
            self.flush_message(n)?;
        }
        for n in std::mem::take(&mut self.dirty_contacts) {
            self.flush_contact(n)?;
        }
        match &mut self.out {
            Out::Now(pen) => pen.finish(),
            Out::Later(_) => Ok(()),
        }
    }

    /// The numbers that a hash leads to, of what is stored and what this transaction adds.
    pub(super) fn hash(&mut self, hash: u128) -> Result<Vec<i64>, StorageError> {
        let mut found = self.memory.hashes.find(self.statements.connection(), hash)?;
        if let Out::Now(pen) = &mut self.out {
            found.extend(pen.hash(hash));
        }
        Ok(found)
    }

    /// What a group that is ahead has for the one who writes it: its rows, and the wakes that they move.
    pub(super) fn into_rows(self) -> (Vec<Row>, Vec<Moved>) {
        match self.out {
            Out::Later(rows) => (rows, self.moved),
            Out::Now(_) => (Vec::new(), self.moved),
        }
    }

    /// What one that is not ahead leaves for the end of its transaction: hashes, and the wakes that it moves.
    pub(super) fn into_rest(self) -> (Vec<Entry>, Vec<Moved>) {
        match self.out {
            Out::Now(pen) => (pen.into_hashes(), self.moved),
            Out::Later(_) => (Vec::new(), self.moved),
        }
    }
}
