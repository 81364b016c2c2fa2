//! One transaction under way: what its signals have in common is read once and written once.

use std::collections::{BTreeMap, HashMap, VecDeque};

use model::change::CounterDelta;
use model::{Channel, ContactId, Timestamp, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use storage::{Decider, StorageError};

use crate::error::{is_own_fault, sql};
use crate::sql::{contact, run, signal};

/// What the writer knows between transactions. Only hints: it can be forgotten at any time.
pub(crate) struct Memory {
    /// Row numbers of workspaces.
    pub(super) workspaces: HashMap<WorkspaceId, i64>,
    /// How many signals wait for a message id, so that nobody asks while none do.
    pub(super) orphans: u64,
}

impl Memory {
    pub(super) fn load(conn: &Connection) -> Result<Self, StorageError> {
        let failed = sql("waiting signals cannot be counted");
        let orphans: i64 = conn.query_row(signal::ORPHAN_COUNT, [], |row| row.get(0)).map_err(failed)?;
        Ok(Self { workspaces: HashMap::new(), orphans: orphans.cast_unsigned() })
    }

    /// After a rollback nothing of it may be believed.
    pub(super) fn reload(&mut self, conn: &Connection) {
        self.workspaces.clear();
        // If they cannot be counted now, asking once too often does no harm.
        self.orphans = Self::load(conn).map_or(1, |memory| memory.orphans);
    }
}

/// A contact's state as the signals of this group left it.
pub(super) struct Held {
    pub(super) id: ContactId,
    pub(super) state: Vec<u8>,
    pub(super) next_wake: Option<Timestamp>,
    pub(super) state_moved: bool,
    pub(super) wake_moved: bool,
}

pub(crate) struct Group<'c> {
    pub(super) conn: &'c Connection,
    pub(super) decider: &'c dyn Decider,
    pub(super) memory: &'c mut Memory,
    /// Ordered, so that a flush goes through the file in one direction.
    pub(super) states: BTreeMap<i64, Held>,
    pub(super) counters: BTreeMap<(i64, String, String, String), i64>,
    /// Providers' ids of messages that this step wrote, for which signals may wait.
    pub(super) recorded: VecDeque<(i64, Channel, String)>,
    /// Nothing is put off, and each signal has a savepoint.
    pub(super) careful: bool,
    pub(super) steps: u64,
}

impl<'c> Group<'c> {
    pub(super) fn new(conn: &'c Connection, decider: &'c dyn Decider, memory: &'c mut Memory, careful: bool) -> Self {
        Self { conn, decider, memory, states: BTreeMap::new(), counters: BTreeMap::new(), recorded: VecDeque::new(), careful, steps: 0 }
    }

    pub(super) const fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) const fn connection(&self) -> &Connection {
        self.conn
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

    /// Runs a part that must be undone alone if it fails.
    pub(super) fn guarded<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let failed = sql("a savepoint failed");
        self.conn.execute_batch("SAVEPOINT part").map_err(&failed)?;
        let outcome = act(self);
        match &outcome {
            Ok(_) => self.conn.execute_batch("RELEASE part").map_err(&failed)?,
            Err(error) if is_own_fault(error) => {
                self.conn.execute_batch("ROLLBACK TO part; RELEASE part").map_err(&failed)?;
                self.memory.reload(self.conn);
                self.recorded.clear();
                if self.careful {
                    // All of it had been written at once, so the file knows better.
                    self.states.clear();
                }
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
        for CounterDelta { scope, key, name, by } in deltas {
            let sum = self.counters.entry((ws, scope, key, name)).or_default();
            *sum = sum.saturating_add(by);
        }
        if self.careful { self.flush_counters() } else { Ok(()) }
    }

    /// Writes what was put off.
    pub(super) fn flush(&mut self) -> Result<(), StorageError> {
        let states = std::mem::take(&mut self.states);
        let outcome = states.iter().try_for_each(|(n, held)| self.flush_contact(*n, held));
        self.states = states;
        outcome?;
        for held in self.states.values_mut() {
            held.state_moved = false;
            held.wake_moved = false;
        }
        self.flush_counters()
    }

    pub(super) fn flush_contact(&self, n: i64, held: &Held) -> Result<(), StorageError> {
        if held.state_moved {
            self.execute(contact::CONTACT_UPDATE, params![n, held.state])?;
        }
        if held.wake_moved {
            self.execute(contact::CONTACT_WAKE, params![n, held.next_wake.map(Timestamp::as_millis)])?;
        }
        Ok(())
    }

    fn flush_counters(&mut self) -> Result<(), StorageError> {
        for ((ws, scope, key, name), by) in std::mem::take(&mut self.counters) {
            self.execute(run::COUNTER_ADD, params![ws, scope, key, name, by])?;
        }
        Ok(())
    }
}
