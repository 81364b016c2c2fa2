//! Recipients of broadcasts, and contacts as an audience is chosen from them.

use model::broadcast::{Recipient, RecipientState};
use model::{BroadcastId, Channel, ContactId, DecisionId, MessageId, Timestamp};
use rusqlite::{Connection, Row, params};
use storage::{Page, StorageError, StorageErrorKind};

use super::{Rows, bad_cursor, cut, one, query, wanted};
use crate::sql::{contact, recipient as statements};

/// Before every id.
const FIRST: [u8; 16] = [0; 16];

pub(crate) fn scan(conn: &Connection, ws: i64, after: Option<ContactId>, limit: u32) -> Result<Vec<(ContactId, Vec<u8>)>, StorageError> {
    let after = after.map_or(FIRST, ContactId::to_bytes);
    query(conn, contact::CONTACTS_SCAN, params![ws, after, limit], |row| Ok((ContactId::from_bytes(row.get(0)?), row.get(1)?)))
}

pub(crate) fn pending(
    conn: &Connection,
    ws: i64,
    broadcast: BroadcastId,
    canary: bool,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<(ContactId, Timestamp)>, StorageError> {
    let values = params![ws, broadcast.to_bytes(), canary, until.as_millis(), limit];
    query(conn, statements::RECIPIENTS_PENDING, values, |row| Ok((ContactId::from_bytes(row.get(0)?), Timestamp::from_millis(row.get(1)?))))
}

pub(crate) fn get(conn: &Connection, ws: i64, broadcast: BroadcastId, contact: ContactId) -> Result<Option<Recipient>, StorageError> {
    let values = params![ws, broadcast.to_bytes(), contact.to_bytes()];
    one(conn, statements::RECIPIENT, values, |row| Ok(read(row, broadcast)))?.transpose()
}

pub(crate) fn list(
    conn: &Connection,
    ws: i64,
    broadcast: BroadcastId,
    state: Option<RecipientState>,
    page: &Page,
) -> Result<Rows<Recipient>, StorageError> {
    let (place, wanted) = (place(page)?, wanted(page));
    let (canary, not_before, contact) = place;
    let rows = match state {
        None => {
            query(conn, statements::RECIPIENTS, params![ws, broadcast.to_bytes(), contact, wanted as i64], |row| Ok(read(row, broadcast)))
        }
        Some(state) => {
            let values = params![ws, broadcast.to_bytes(), state.as_str(), canary, not_before, contact, wanted as i64];
            query(conn, statements::RECIPIENTS_OF_STATE, values, |row| Ok(read(row, broadcast)))
        }
    }?;
    let rows: Vec<Recipient> = rows.into_iter().collect::<Result<_, _>>()?;
    Ok(cut(rows.into_iter().map(|row| (row.clone(), cursor(&row))).collect(), wanted))
}

/// Where a row stands in both orders.
fn cursor(row: &Recipient) -> String {
    format!("{}.{}.{}", i64::from(row.canary), row.not_before.map_or(0, Timestamp::as_millis), row.contact)
}

fn place(page: &Page) -> Result<(i64, i64, [u8; 16]), StorageError> {
    let Some(text) = &page.after else { return Ok((-1, -1, FIRST)) };
    let mut parts = text.splitn(3, '.');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    let (canary, not_before) = (number(), number());
    let contact = parts.next().and_then(|part| part.parse::<ContactId>().ok());
    match (canary, not_before, contact) {
        (Some(canary), Some(not_before), Some(contact)) => Ok((canary, not_before, contact.to_bytes())),
        _ => Err(bad_cursor(text)),
    }
}

fn read(row: &Row<'_>, broadcast: BroadcastId) -> Result<Recipient, StorageError> {
    let failed = crate::error::sql("a recipient cannot be read");
    let damaged = |text: &str| StorageError::new(StorageErrorKind::Corrupt, format!("a recipient cannot have `{text}`"));
    let moment = |at: i64| row.get::<_, Option<i64>>(at as usize).map(|ms| ms.map(Timestamp::from_millis)).map_err(&failed);
    let text = |at: usize| row.get::<_, Option<String>>(at).map_err(&failed);
    let id = |at: usize| row.get::<_, Option<[u8; 16]>>(at).map_err(&failed);
    let state: String = row.get(2).map_err(&failed)?;
    let channel = text(9)?;
    Ok(Recipient {
        broadcast,
        contact: ContactId::from_bytes(row.get(0).map_err(&failed)?),
        canary: row.get(1).map_err(&failed)?,
        state: RecipientState::parse(&state).ok_or_else(|| damaged(&state))?,
        not_before: moment(3)?.filter(|at| at.as_millis() > 0),
        at: moment(4)?.unwrap_or_default(),
        code: text(5)?,
        reason: text(6)?,
        decision: id(7)?.map(DecisionId::from_bytes),
        message: id(8)?.map(MessageId::from_bytes),
        channel: channel.map(|name| Channel::ALL.into_iter().find(|one| one.as_str() == name).ok_or_else(|| damaged(&name))).transpose()?,
        replied_at: moment(10)?,
        opted_out_at: moment(11)?,
    })
}
