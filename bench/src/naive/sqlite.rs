//! The straightforward implementation on SQLite.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use decide::Core;
use model::signal::{Signal, SignalBody, Target};
use model::{AddressKey, ContactId, Message, MessageId};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use storage::{Decider as _, StepInput};

use super::rows::{Field, rows};
use super::schema::{self, Write};
use crate::event_step::Maker;

/// People in one transaction while they are made, which is not measured.
const PRELOAD: usize = 2_000;

pub struct Rows {
    db: Connection,
    core: Arc<Core>,
}

impl Rows {
    pub fn open(path: &Path, core: Arc<Core>) -> Result<Self> {
        let db = Connection::open(path)?;
        db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        db.pragma_update(None, "synchronous", "FULL")?;
        // As much memory as our store's writer and readers take together.
        db.pragma_update(None, "cache_size", -65_536)?;
        db.set_prepared_statement_cache_capacity(64);
        db.execute_batch(&schema::TABLES.replace("BYTEA", "BLOB"))?;
        db.execute_batch(schema::COUNTER_KEY)?;
        Ok(Self { db, core })
    }

    /// Makes people, many in one transaction.
    pub fn preload(&mut self, signals: impl Iterator<Item = Signal>) -> Result<()> {
        let mut signals = signals.peekable();
        while signals.peek().is_some() {
            let tx = self.db.transaction()?;
            for signal in signals.by_ref().take(PRELOAD) {
                accept(&tx, &signal)?;
                process(&tx, &self.core, &signal)?;
            }
            tx.commit()?;
        }
        Ok(())
    }

    /// One event from its acceptance to the recorded answer of a provider that takes it at once.
    pub fn event(&mut self, maker: &Maker, signal: &Signal) -> Result<()> {
        ensure!(self.accept(signal)?, "an event was known already");
        let now = signal.arrival_time;
        let tx = self.db.transaction()?;
        let Stepped { contact, message } = process(&tx, &self.core, signal)?;
        let message = message.context("an event led to no message")?;
        tx.commit()?;
        // The provider would be called here.
        let tx = self.db.transaction()?;
        step(&tx, &self.core, contact, &maker.accepted(contact, message, 1, now))?;
        tx.commit()?;
        Ok(())
    }

    /// Keeps an event durably; whether it is new.
    pub fn accept(&mut self, signal: &Signal) -> Result<bool> {
        let tx = self.db.transaction()?;
        let new = accept(&tx, signal)?;
        tx.commit()?;
        Ok(new)
    }

    /// Everything about one signal in one durable transaction.
    pub fn at_once(&mut self, signal: &Signal) -> Result<()> {
        let tx = self.db.transaction()?;
        if accept(&tx, signal)? {
            process(&tx, &self.core, signal)?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Messages whose send was recorded.
    pub fn sent(&self) -> Result<u64> {
        Ok(self.db.query_row(schema::SENT, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }
}

fn accept(tx: &Transaction<'_>, signal: &Signal) -> Result<bool> {
    let new = tx.prepare_cached(schema::ACCEPT)?.execute(params![
        signal.id.to_bytes(),
        signal.dedupe_key,
        signal.arrival_time.as_millis(),
        serde_json::to_string(signal)?
    ])?;
    Ok(new == 1)
}

/// What a step led to.
struct Stepped {
    contact: ContactId,
    /// The message that is queued or sent.
    message: Option<MessageId>,
}

/// Finds or makes the contact, decides, writes, and marks the event as done.
fn process(tx: &Transaction<'_>, core: &Core, signal: &Signal) -> Result<Stepped> {
    let Target::Addresses { keys, .. } = &signal.target else { bail!("events name addresses") };
    let mut contact = None;
    for AddressKey { kind, value } in keys {
        contact =
            tx.prepare_cached(schema::BY_ADDRESS)?.query_row(params![kind.as_str(), value], |row| row.get::<_, [u8; 16]>(0)).optional()?;
        if contact.is_some() {
            break;
        }
    }
    let contact = contact.map_or_else(|| ContactId::from_u128(signal.id.as_u128()), ContactId::from_bytes);
    let stepped = step(tx, core, contact, signal)?;
    tx.prepare_cached(schema::DONE)?.execute(params![signal.id.to_bytes(), contact.to_bytes()])?;
    Ok(stepped)
}

/// Loads, decides, writes.
fn step(tx: &Transaction<'_>, core: &Core, contact: ContactId, signal: &Signal) -> Result<Stepped> {
    let state: Option<Vec<u8>> = tx.prepare_cached(schema::STATE)?.query_row([contact.to_bytes()], |row| row.get(0)).optional()?;
    let message = match &signal.body {
        SignalBody::HandOff { message } | SignalBody::SendResult { message, .. } => Some(load(tx, *message)?),
        _ => None,
    };
    let output = core.decide(StepInput { contact, state: state.as_deref(), signal, message: message.as_ref(), taken: &[] })?;
    let message = output.changes.messages.last().map(|message| message.id);
    for row in rows(contact, signal.arrival_time, state.is_none(), output)? {
        let sql = if row.write == Write::Counter { schema::COUNTER_ADD } else { row.write.sql() };
        tx.prepare_cached(sql)?.execute(rusqlite::params_from_iter(row.fields))?;
    }
    Ok(Stepped { contact, message })
}

fn load(tx: &Transaction<'_>, id: MessageId) -> Result<Message> {
    let doc: String = tx.prepare_cached(schema::MESSAGE)?.query_row([id.to_bytes()], |row| row.get(0))?;
    Ok(serde_json::from_str(&doc)?)
}

impl ToSql for Field {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Int(Some(int)) => ValueRef::Integer(*int),
            Self::Bytes(None) | Self::Text(None) | Self::Int(None) => ValueRef::Null,
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}
