//! What was decided, as rows in the order in which they are written.

use anyhow::Result;
use model::{ContactId, Timestamp};
use serde::Serialize;
use storage::StepOutput;

use super::schema::Write;

/// A value of a row.
#[derive(Clone, PartialEq, Debug)]
pub enum Field {
    Bytes(Option<Vec<u8>>),
    Text(Option<String>),
    Int(Option<i64>),
}

pub struct Row {
    pub write: Write,
    pub fields: Vec<Field>,
}

pub fn bytes(id: [u8; 16]) -> Field {
    Field::Bytes(Some(id.to_vec()))
}

pub fn text(text: &str) -> Field {
    Field::Text(Some(text.to_owned()))
}

pub fn int(at: i64) -> Field {
    Field::Int(Some(at))
}

pub fn doc<T: Serialize>(value: &T) -> Result<Field> {
    Ok(Field::Text(Some(serde_json::to_string(value)?)))
}

/// A closed list's word, as serde writes it.
fn word<T: Serialize>(value: &T) -> Result<Field> {
    Ok(text(serde_json::to_string(value)?.trim_matches('"')))
}

/// Every row of one step.
pub fn rows(contact: ContactId, now: Timestamp, new: bool, output: StepOutput) -> Result<Vec<Row>> {
    let id = || bytes(contact.to_bytes());
    let changes = output.changes;
    let mut rows = Vec::new();
    let mut put = |write, fields| rows.push(Row { write, fields });
    let state = Field::Bytes(Some(output.state));
    let profile = changes.contact.map(|row| {
        let seen = Field::Int(row.last_seen_at.map(Timestamp::as_millis));
        (Field::Text(row.name), Field::Text(row.locale), seen, Field::Text(Some(row.search)))
    });
    match (new, profile) {
        (true, profile) => {
            let (name, locale, seen, search) =
                profile.unwrap_or((Field::Text(None), Field::Text(None), Field::Int(None), Field::Text(None)));
            put(Write::NewContact, vec![id(), name, locale, int(now.as_millis()), seen, search, state]);
        }
        (false, profile) => {
            put(Write::State, vec![id(), state]);
            if let Some((name, locale, seen, search)) = profile {
                put(Write::Profile, vec![id(), name, locale, seen, search]);
            }
        }
    }
    for key in &changes.link {
        put(Write::Link, vec![text(key.kind.as_str()), text(&key.value), id()]);
    }
    for key in &changes.unlink {
        put(Write::Unlink, vec![text(key.kind.as_str()), text(&key.value), id()]);
    }
    for entry in &changes.ledger {
        put(Write::Consent, vec![bytes(entry.id.to_bytes()), id(), int(entry.seq.cast_signed()), doc(entry)?]);
    }
    if let Some(thread) = &changes.conversation {
        put(Write::Conversation, vec![id(), word(&thread.status)?, int(thread.last_message_at.as_millis()), doc(thread)?]);
    }
    for message in &changes.messages {
        let (sender, class) = (bytes(message.sender.to_bytes()), int(message.class.rank().into()));
        let (created, provider) = (int(message.created_at.as_millis()), Field::Text(message.provider_id.clone()));
        let key = bytes(message.id.to_bytes());
        put(Write::Message, vec![key, id(), created, sender, class, text(message.status.as_str()), provider, doc(message)?]);
    }
    for record in &changes.decisions {
        let message = Field::Bytes(record.message.map(|id| id.to_bytes().to_vec()));
        put(Write::Decision, vec![bytes(record.id.to_bytes()), id(), message, int(record.at.as_millis()), doc(record)?]);
    }
    for line in &changes.timeline {
        put(Write::Timeline, vec![bytes(line.id.to_bytes()), id(), int(line.at.as_millis()), doc(line)?]);
    }
    for run in &changes.runs {
        put(Write::Run, vec![bytes(run.id.to_bytes()), id(), text(&run.journey), word(&run.status)?, text(&run.step), doc(run)?]);
    }
    match changes.next_wake {
        Some(due) => put(Write::Timer, vec![id(), int(due.as_millis())]),
        None => put(Write::NoTimer, vec![id()]),
    }
    for delta in &changes.counters {
        put(Write::Counter, vec![text(&delta.scope), text(&delta.key), text(&delta.name), int(delta.by)]);
    }
    Ok(rows)
}
