//! Writes what was decided, row by row.

use anyhow::Result;
use model::change::Changes;
use model::{ContactId, Timestamp};
use rusqlite::{Transaction, params};
use serde::Serialize;
use storage::StepOutput;

fn doc<T: Serialize>(value: &T) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

/// A closed list's word, as serde writes it.
fn word<T: Serialize>(value: &T) -> Result<String> {
    Ok(doc(value)?.trim_matches('"').to_owned())
}

pub fn all(tx: &Transaction<'_>, contact: ContactId, now: Timestamp, new: bool, output: &StepOutput) -> Result<()> {
    let (id, changes) = (contact.to_bytes(), &output.changes);
    if new {
        tx.prepare_cached("INSERT INTO contact (id, created_at, state) VALUES (?1, ?2, ?3)")?.execute(params![
            id,
            now.as_millis(),
            output.state
        ])?;
    } else {
        tx.prepare_cached("UPDATE contact SET state = ?2 WHERE id = ?1")?.execute(params![id, output.state])?;
    }
    people(tx, id, changes)?;
    messages(tx, id, changes)?;
    for line in &changes.timeline {
        tx.prepare_cached("INSERT INTO timeline (id, contact, at, doc) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            line.id.to_bytes(),
            id,
            line.at.as_millis(),
            doc(line)?
        ])?;
    }
    for run in &changes.runs {
        tx.prepare_cached(
            "INSERT INTO run (id, contact, journey, status, step, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET status = excluded.status, step = excluded.step, doc = excluded.doc",
        )?
        .execute(params![run.id.to_bytes(), id, run.journey, word(&run.status)?, run.step, doc(run)?])?;
    }
    match changes.next_wake {
        Some(due) => tx
            .prepare_cached("INSERT INTO timer (contact, due) VALUES (?1, ?2) ON CONFLICT (contact) DO UPDATE SET due = excluded.due")?
            .execute(params![id, due.as_millis()])?,
        None => tx.prepare_cached("DELETE FROM timer WHERE contact = ?1")?.execute([id])?,
    };
    for delta in &changes.counters {
        tx.prepare_cached(
            "INSERT INTO counter (scope, key, name, value) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET value = value + excluded.value",
        )?
        .execute(params![delta.scope, delta.key, delta.name, delta.by])?;
    }
    Ok(())
}

/// Who it is: the row that lists show, addresses, consent, the conversation.
fn people(tx: &Transaction<'_>, id: [u8; 16], changes: &Changes) -> Result<()> {
    if let Some(row) = &changes.contact {
        tx.prepare_cached("UPDATE contact SET name = ?2, locale = ?3, last_seen_at = ?4, search = ?5 WHERE id = ?1")?.execute(params![
            id,
            row.name,
            row.locale,
            row.last_seen_at.map(Timestamp::as_millis),
            row.search
        ])?;
    }
    for key in &changes.link {
        tx.prepare_cached("INSERT INTO address (kind, value, contact) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?.execute(params![
            key.kind.as_str(),
            key.value,
            id
        ])?;
    }
    for key in &changes.unlink {
        tx.prepare_cached("DELETE FROM address WHERE kind = ?1 AND value = ?2 AND contact = ?3")?.execute(params![
            key.kind.as_str(),
            key.value,
            id
        ])?;
    }
    for entry in &changes.ledger {
        tx.prepare_cached("INSERT INTO consent (id, contact, seq, doc) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            entry.id.to_bytes(),
            id,
            entry.seq.cast_signed(),
            doc(entry)?
        ])?;
    }
    if let Some(thread) = &changes.conversation {
        tx.prepare_cached(
            "INSERT INTO conversation (contact, status, last_message_at, doc) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (contact) DO UPDATE SET status = excluded.status, last_message_at = excluded.last_message_at, doc = excluded.doc",
        )?
        .execute(params![id, word(&thread.status)?, thread.last_message_at.as_millis(), doc(thread)?])?;
    }
    Ok(())
}

/// What was said and why.
fn messages(tx: &Transaction<'_>, id: [u8; 16], changes: &Changes) -> Result<()> {
    for message in &changes.messages {
        tx.prepare_cached(
            "INSERT INTO message (id, contact, created_at, sender, class, status, provider_id, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET status = excluded.status, provider_id = excluded.provider_id, doc = excluded.doc",
        )?
        .execute(params![
            message.id.to_bytes(),
            id,
            message.created_at.as_millis(),
            message.sender.to_bytes(),
            message.class.rank(),
            message.status.as_str(),
            message.provider_id,
            doc(message)?
        ])?;
    }
    for record in &changes.decisions {
        tx.prepare_cached("INSERT INTO decision (id, contact, message, at, doc) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            record.id.to_bytes(),
            id,
            record.message.map(model::MessageId::to_bytes),
            record.at.as_millis(),
            doc(record)?
        ])?;
    }
    Ok(())
}
