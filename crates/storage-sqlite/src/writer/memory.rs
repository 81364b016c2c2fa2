//! What the writer knows between transactions. All of it can be forgotten at any time, and is after a rollback.

use std::collections::{BTreeMap, HashMap};

use model::{ContactId, MessageId, WorkspaceId};
use rusqlite::{Connection, OptionalExtension};
use storage::StorageError;

use super::cache::Cache;
use super::held::{Held, HeldMessage};
use crate::error::sql;
use crate::rows;
use crate::sql::{decision, message, run, signal};

/// Rows kept in each generation: a contact's is about 3 KB, a message's 1 KB.
const CONTACTS: usize = 3_072;
const MESSAGES: usize = 4_096;

/// Tables whose rows the writer numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Table {
    Contact,
    Step,
    Message,
    Decision,
    Run,
}

pub(crate) struct Memory {
    /// Row numbers of workspaces.
    pub(super) workspaces: HashMap<WorkspaceId, i64>,
    /// How many signals wait for a message id, so that nobody asks while none do.
    pub(super) orphans: u64,
    pub(super) contacts: Cache<i64, Held>,
    pub(super) numbers: Cache<(i64, ContactId), i64>,
    pub(super) messages: Cache<i64, HeldMessage>,
    pub(super) message_numbers: Cache<(i64, MessageId), i64>,
    /// Numbers of messages by the hash of their provider's id.
    pub(super) providers: Cache<i64, i64>,
    /// The numbers that were given last.
    last: HashMap<(Table, i64), i64>,
    /// Wakes that moved since they were last saved. This part survives a rollback: it holds committed changes only.
    pub(super) unsaved: BTreeMap<i64, Option<i64>>,
}

impl Memory {
    pub(super) fn load(conn: &Connection, unsaved: BTreeMap<i64, Option<i64>>) -> Result<Self, StorageError> {
        Ok(Self {
            workspaces: HashMap::new(),
            orphans: orphans(conn)?,
            contacts: Cache::new(CONTACTS),
            numbers: Cache::new(CONTACTS),
            messages: Cache::new(MESSAGES),
            message_numbers: Cache::new(MESSAGES),
            providers: Cache::new(MESSAGES),
            last: HashMap::new(),
            unsaved,
        })
    }

    /// After a rollback nothing of it may be believed.
    pub(super) fn reload(&mut self, conn: &Connection) {
        self.workspaces.clear();
        self.contacts.clear();
        self.numbers.clear();
        self.messages.clear();
        self.message_numbers.clear();
        self.providers.clear();
        self.last.clear();
        // If they cannot be counted now, asking once too often does no harm.
        self.orphans = orphans(conn).unwrap_or(1);
    }

    /// After a commit: keeps within its bounds.
    pub(super) fn settle(&mut self) {
        self.contacts.settle();
        self.numbers.settle();
        self.messages.settle();
        self.message_numbers.settle();
        self.providers.settle();
    }

    /// The next row's number. Contacts are counted over all workspaces, as 0.
    pub(super) fn number(&mut self, conn: &Connection, table: Table, ws: i64) -> Result<i64, StorageError> {
        let n = self.last_number(conn, table, ws)? + 1;
        self.last.insert((table, ws), n);
        Ok(n)
    }

    /// The number that was given last, or the one before the first.
    pub(super) fn last_number(&mut self, conn: &Connection, table: Table, ws: i64) -> Result<i64, StorageError> {
        if let Some(n) = self.last.get(&(table, ws)) {
            return Ok(*n);
        }
        let statement = match table {
            Table::Contact => signal::LAST_CONTACT,
            Table::Step => signal::LAST_STEP,
            Table::Message => message::LAST_MESSAGE,
            Table::Decision => decision::LAST_DECISION,
            Table::Run => run::LAST_RUN,
        };
        let failed = sql("the last row cannot be found");
        let (first, end) = rows::range(ws);
        let mut find = conn.prepare_cached(statement).map_err(&failed)?;
        let last: Option<i64> = find.query_row([first, end], |row| row.get(0)).optional().map_err(&failed)?;
        let n = last.unwrap_or(first);
        self.last.insert((table, ws), n);
        Ok(n)
    }
}

fn orphans(conn: &Connection) -> Result<u64, StorageError> {
    let failed = sql("waiting signals cannot be counted");
    conn.query_row(signal::ORPHAN_COUNT, [], |row| row.get(0)).map(i64::cast_unsigned).map_err(failed)
}
