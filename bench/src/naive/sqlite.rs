//! The straightforward implementation on SQLite.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use decide::Core;
use model::signal::{Signal, SignalBody, Target};
use model::{AddressKey, ContactId, Message, MessageId};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use storage::{Decider as _, StepInput, StepOutput};

use super::write;
use crate::event_step::Maker;

const SCHEMA: &str = "
    CREATE TABLE event (id BLOB PRIMARY KEY, key TEXT NOT NULL UNIQUE, contact BLOB, status TEXT NOT NULL, at INTEGER NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX event_contact ON event (contact);
    CREATE INDEX event_open ON event (at) WHERE status = 'new';
    CREATE TABLE contact (id BLOB PRIMARY KEY, name TEXT, locale TEXT, created_at INTEGER, last_seen_at INTEGER, search TEXT, state BLOB NOT NULL);
    CREATE TABLE address (kind TEXT NOT NULL, value TEXT NOT NULL, contact BLOB NOT NULL, PRIMARY KEY (kind, value));
    CREATE INDEX address_contact ON address (contact);
    CREATE TABLE consent (id BLOB PRIMARY KEY, contact BLOB NOT NULL, seq INTEGER NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX consent_contact ON consent (contact, seq);
    CREATE TABLE run (id BLOB PRIMARY KEY, contact BLOB NOT NULL, journey TEXT NOT NULL, status TEXT NOT NULL, step TEXT NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX run_contact ON run (contact);
    CREATE INDEX run_journey ON run (journey, status);
    CREATE TABLE timer (contact BLOB PRIMARY KEY, due INTEGER NOT NULL);
    CREATE INDEX timer_due ON timer (due);
    CREATE TABLE message (id BLOB PRIMARY KEY, contact BLOB NOT NULL, created_at INTEGER NOT NULL, sender BLOB NOT NULL, class INTEGER NOT NULL,
      status TEXT NOT NULL, provider_id TEXT UNIQUE, doc TEXT NOT NULL);
    CREATE INDEX message_contact ON message (contact, created_at);
    CREATE INDEX message_status ON message (sender, status, class, created_at);
    CREATE TABLE decision (id BLOB PRIMARY KEY, contact BLOB NOT NULL, message BLOB, at INTEGER NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX decision_contact ON decision (contact, at);
    CREATE INDEX decision_message ON decision (message);
    CREATE TABLE timeline (id BLOB PRIMARY KEY, contact BLOB NOT NULL, at INTEGER NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX timeline_contact ON timeline (contact, at);
    CREATE TABLE conversation (contact BLOB PRIMARY KEY, status TEXT NOT NULL, last_message_at INTEGER NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX conversation_recent ON conversation (status, last_message_at);
    CREATE TABLE counter (scope TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (scope, key, name));";

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
        db.execute_batch(SCHEMA)?;
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
        let (contact, queued) = process(&tx, &self.core, signal)?;
        let message = queued.context("an event led to no message")?;
        let output = step(&tx, &self.core, contact, &maker.hand_off(contact, message, now))?;
        let attempt = output.reply["attempt"].as_u64().context("a message may not go")?;
        tx.commit()?;
        // The provider would be called here.
        let tx = self.db.transaction()?;
        step(&tx, &self.core, contact, &maker.accepted(contact, message, u32::try_from(attempt)?, now))?;
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
        Ok(self.db.query_row("SELECT count(*) FROM message WHERE status = 'accepted'", [], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }
}

fn accept(tx: &Transaction<'_>, signal: &Signal) -> Result<bool> {
    let new = tx
        .prepare_cached("INSERT INTO event (id, key, status, at, doc) VALUES (?1, ?2, 'new', ?3, ?4) ON CONFLICT (key) DO NOTHING")?
        .execute(params![signal.id.to_bytes(), signal.dedupe_key, signal.arrival_time.as_millis(), serde_json::to_string(signal)?])?;
    Ok(new == 1)
}

/// Finds or makes the contact, decides, writes, and marks the event as done. Answers whom it was about, and the message that is queued.
fn process(tx: &Transaction<'_>, core: &Core, signal: &Signal) -> Result<(ContactId, Option<MessageId>)> {
    let Target::Addresses { keys, .. } = &signal.target else { bail!("events name addresses") };
    let mut contact = None;
    for AddressKey { kind, value } in keys {
        contact = tx
            .prepare_cached("SELECT contact FROM address WHERE kind = ?1 AND value = ?2")?
            .query_row(params![kind.as_str(), value], |row| row.get::<_, [u8; 16]>(0))
            .optional()?;
        if contact.is_some() {
            break;
        }
    }
    let contact = contact.map_or_else(|| ContactId::from_u128(signal.id.as_u128()), ContactId::from_bytes);
    let output = step(tx, core, contact, signal)?;
    tx.prepare_cached("UPDATE event SET status = 'done', contact = ?2 WHERE id = ?1")?
        .execute(params![signal.id.to_bytes(), contact.to_bytes()])?;
    Ok((contact, output.changes.messages.last().map(|message| message.id)))
}

/// Loads, decides, writes.
fn step(tx: &Transaction<'_>, core: &Core, contact: ContactId, signal: &Signal) -> Result<StepOutput> {
    let state: Option<Vec<u8>> =
        tx.prepare_cached("SELECT state FROM contact WHERE id = ?1")?.query_row([contact.to_bytes()], |row| row.get(0)).optional()?;
    let message = match &signal.body {
        SignalBody::HandOff { message } | SignalBody::SendResult { message, .. } => Some(load(tx, *message)?),
        _ => None,
    };
    let output = core.decide(StepInput { contact, state: state.as_deref(), signal, message: message.as_ref() })?;
    write::all(tx, contact, signal.arrival_time, state.is_none(), &output)?;
    Ok(output)
}

fn load(tx: &Transaction<'_>, id: MessageId) -> Result<Message> {
    let doc: String = tx.prepare_cached("SELECT doc FROM message WHERE id = ?1")?.query_row([id.to_bytes()], |row| row.get(0))?;
    Ok(serde_json::from_str(&doc)?)
}
