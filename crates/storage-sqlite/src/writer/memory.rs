//! What the writer knows between transactions. All of it can be forgotten at any time, and is after a rollback.

use std::collections::HashMap;
use std::sync::Arc;

use model::{AddressKey, ContactId, DecisionId, MessageId, RunId, WorkspaceId};
use storage::StorageError;

use super::cache::Cache;
use super::fetch::{Pace, Watch};
use super::held::{Held, HeldMessage};
use super::newest::Newest;
use super::statements::Statements;
use crate::hashes::Index;
use crate::rows;
use crate::sql::{decision, message, run, signal};

/// Rows kept in each generation: a contact's is about 3 KB, a message's 1 KB. Enough for whoever is in the middle of a step or two; the more there
/// are, the colder is the memory that each of them is put into.
const CONTACTS: usize = 768;
const MESSAGES: usize = 768;

/// Tables whose rows the writer numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Table {
    Contact,
    Step,
    Message,
    Decision,
    Run,
}

/// What is decided ahead adds beside the rows that are held. A reader does not find it yet.
#[derive(Default)]
struct Ahead {
    keys: std::collections::HashSet<u128>,
    /// Whom an address belongs to now.
    addresses: HashMap<(i64, AddressKey), Option<i64>>,
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
    pub(super) providers: Cache<u128, i64>,
    pub(super) decision_numbers: Cache<(i64, DecisionId), i64>,
    pub(super) run_numbers: Cache<(i64, RunId), i64>,
    pub(super) new_messages: Newest,
    pub(super) new_decisions: Newest,
    /// What was decided since the memory was last gone through, and since the time before.
    added: Ahead,
    flying: Ahead,
    pub(super) hashes: Arc<Index>,
    /// How long loading takes.
    pub(super) watch: Watch,
    /// The numbers that were given last.
    last: HashMap<(Table, i64), i64>,
}

impl Memory {
    pub(super) fn load(statements: &Statements<'_>, hashes: Arc<Index>, pace: Arc<Pace>) -> Result<Self, StorageError> {
        Ok(Self {
            workspaces: HashMap::new(),
            orphans: orphans(statements)?,
            contacts: Cache::new(CONTACTS),
            numbers: Cache::new(CONTACTS),
            messages: Cache::new(MESSAGES),
            message_numbers: Cache::new(MESSAGES),
            providers: Cache::new(MESSAGES),
            decision_numbers: Cache::new(MESSAGES),
            run_numbers: Cache::new(CONTACTS),
            new_messages: highest(statements, message::HIGHEST_MESSAGE)?,
            new_decisions: highest(statements, decision::HIGHEST_DECISION)?,
            added: Ahead::default(),
            flying: Ahead::default(),
            hashes,
            watch: Watch::new(pace),
            last: HashMap::new(),
        })
    }

    /// After a rollback nothing of it may be believed.
    pub(super) fn reload(&mut self, statements: &Statements<'_>) {
        self.workspaces.clear();
        self.contacts.clear();
        self.numbers.clear();
        self.messages.clear();
        self.message_numbers.clear();
        self.providers.clear();
        self.decision_numbers.clear();
        self.run_numbers.clear();
        self.last.clear();
        self.new_messages = highest(statements, message::HIGHEST_MESSAGE).unwrap_or_else(|_| Newest::unknown());
        self.new_decisions = highest(statements, decision::HIGHEST_DECISION).unwrap_or_else(|_| Newest::unknown());
        (self.added, self.flying) = (Ahead::default(), Ahead::default());
        // If they cannot be counted now, asking once too often does no harm.
        self.orphans = orphans(statements).unwrap_or(1);
    }

    /// When everything is committed that was decided before this was last called: keeps within its bounds. What was used since stays until
    /// the next time.
    pub(super) fn settle(&mut self) {
        self.contacts.settle();
        self.numbers.settle();
        self.messages.settle();
        self.message_numbers.settle();
        self.providers.settle();
        self.decision_numbers.settle();
        self.run_numbers.settle();
        self.flying = std::mem::take(&mut self.added);
    }

    /// When everything is committed: readers find it all.
    pub(super) fn landed(&mut self) {
        (self.added, self.flying) = (Ahead::default(), Ahead::default());
    }

    pub(super) fn add_key(&mut self, key: u128) {
        self.added.keys.insert(key);
    }

    /// Whether a key is one of those that no reader finds yet.
    pub(super) fn is_adding(&self, key: u128) -> bool {
        self.added.keys.contains(&key) || self.flying.keys.contains(&key)
    }

    pub(super) fn add_address(&mut self, ws: i64, key: AddressKey, owner: Option<i64>) {
        self.added.addresses.insert((ws, key), owner);
    }

    /// Whom an address belongs to, if that changes with what no reader sees yet.
    pub(super) fn adds_address(&self, ws: i64, key: &AddressKey) -> Option<Option<i64>> {
        let all = [&self.added.addresses, &self.flying.addresses];
        if all.iter().all(|addresses| addresses.is_empty()) {
            return None;
        }
        let key = (ws, key.clone());
        all.iter().find_map(|addresses| addresses.get(&key)).copied()
    }

    /// The next row's number. Contacts are counted over all workspaces, as 0.
    pub(super) fn number(&mut self, statements: &Statements<'_>, table: Table, ws: i64) -> Result<i64, StorageError> {
        let n = self.last_number(statements, table, ws)? + 1;
        self.last.insert((table, ws), n);
        Ok(n)
    }

    /// The number that was given last, or the one before the first.
    pub(super) fn last_number(&mut self, statements: &Statements<'_>, table: Table, ws: i64) -> Result<i64, StorageError> {
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
        let (first, end) = rows::range(ws);
        let n = statements.find(statement, [first, end], |row| row.get(0))?.unwrap_or(first);
        self.last.insert((table, ws), n);
        Ok(n)
    }
}

fn highest(statements: &Statements<'_>, statement: &'static str) -> Result<Newest, StorageError> {
    statements.find(statement, [[255; 16]], |row| row.get(0)).map(Newest::above)
}

fn orphans(statements: &Statements<'_>) -> Result<u64, StorageError> {
    let found = statements.find(signal::ORPHAN_COUNT, [], |row| row.get::<_, i64>(0))?;
    Ok(found.unwrap_or_default().cast_unsigned())
}
