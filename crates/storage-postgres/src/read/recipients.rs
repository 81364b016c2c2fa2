//! Recipients of broadcasts.

use model::broadcast::{Recipient, RecipientState};
use model::{BroadcastId, Channel, ContactId, DecisionId, MessageId, Timestamp};
use storage::{Page, Paged, StorageError, StorageErrorKind};
use tokio_postgres::Row;

use super::{Answer, bad_cursor, cut, wanted};
use crate::pool::Pool;
use crate::query::queries;
use crate::value::Uid;

macro_rules! row {
    ($rest:literal) => {
        concat!(
            "SELECT contact, canary, state, not_before, at, code, reason, decision, message, channel, replied_at, opted_out_at
             FROM recipient WHERE ws = $1 AND broadcast = $2 AND ",
            $rest
        )
    };
}

queries! {
    PENDING(INT4, UUID, BOOL, INT8, INT8) = "SELECT contact, not_before FROM recipient
        WHERE ws = $1 AND broadcast = $2 AND state = 'pending' AND canary = $3 AND not_before <= $4 ORDER BY not_before, contact LIMIT $5";
    GET(INT4, UUID, UUID) = row!("contact = $3");
    LIST(INT4, UUID, UUID, INT8) = row!("contact > $3 ORDER BY contact LIMIT $4");
    FIRST_OF_STATE(INT4, UUID, TEXT, INT8) = row!("state = $3 ORDER BY canary, not_before, contact LIMIT $4");
    OF_STATE(INT4, UUID, TEXT, BOOL, INT8, UUID, INT8) =
        row!("state = $3 AND (canary, not_before, contact) > ($4, $5, $6) ORDER BY canary, not_before, contact LIMIT $7");
}

pub(crate) async fn pending(
    pool: &Pool,
    ws: i32,
    broadcast: BroadcastId,
    canary: bool,
    until: Timestamp,
    limit: u32,
) -> Answer<Vec<(ContactId, Timestamp)>> {
    let rows = pool.query(&PENDING, &[&ws, &Uid(broadcast.to_bytes()), &canary, &until.as_millis(), &i64::from(limit)]).await?;
    Ok(rows.iter().map(|row| (ContactId::from_bytes(row.get::<_, Uid>(0).0), Timestamp::from_millis(row.get(1)))).collect())
}

pub(crate) async fn get(pool: &Pool, ws: i32, broadcast: BroadcastId, contact: ContactId) -> Answer<Option<Recipient>> {
    let row = pool.one(&GET, &[&ws, &Uid(broadcast.to_bytes()), &Uid(contact.to_bytes())]).await?;
    row.map(|row| read(&row, broadcast)).transpose()
}

pub(crate) async fn list(
    pool: &Pool,
    ws: i32,
    broadcast: BroadcastId,
    state: Option<RecipientState>,
    page: &Page,
) -> Answer<Paged<Recipient>> {
    let (place, wanted, id) = (place(page)?, wanted(page), Uid(broadcast.to_bytes()));
    let rows = match (state, place) {
        (None, place) => pool.query(&LIST, &[&ws, &id, &place.map(|place| place.2).unwrap_or_default(), &wanted]).await?,
        (Some(state), None) => pool.query(&FIRST_OF_STATE, &[&ws, &id, &state.as_str(), &wanted]).await?,
        (Some(state), Some((canary, not_before, contact))) => {
            pool.query(&OF_STATE, &[&ws, &id, &state.as_str(), &canary, &not_before, &contact, &wanted]).await?
        }
    };
    let rows = rows.iter().map(|row| read(row, broadcast).map(|row| (row.clone(), cursor(&row))));
    Ok(cut(rows.collect::<Result<Vec<_>, StorageError>>()?, wanted))
}

/// Where a row stands in both orders.
fn cursor(row: &Recipient) -> String {
    format!("{}.{}.{}", i64::from(row.canary), row.not_before.map_or(0, Timestamp::as_millis), row.contact)
}

fn place(page: &Page) -> Answer<Option<(bool, i64, Uid)>> {
    let Some(text) = &page.after else { return Ok(None) };
    let mut parts = text.splitn(3, '.');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    let (canary, not_before) = (number(), number());
    let contact = parts.next().and_then(|part| part.parse::<ContactId>().ok());
    match (canary, not_before, contact) {
        (Some(canary), Some(not_before), Some(contact)) => Ok(Some((canary != 0, not_before, Uid(contact.to_bytes())))),
        _ => Err(bad_cursor(text)),
    }
}

fn read(row: &Row, broadcast: BroadcastId) -> Answer<Recipient> {
    let damaged = |text: &str| StorageError::new(StorageErrorKind::Corrupt, format!("a recipient cannot have `{text}`"));
    let moment = |at: usize| row.get::<_, Option<i64>>(at).map(Timestamp::from_millis);
    let id = |at: usize| row.get::<_, Option<Uid>>(at).map(|id| id.0);
    let state: &str = row.get(2);
    let channel: Option<&str> = row.get(9);
    Ok(Recipient {
        broadcast,
        contact: ContactId::from_bytes(row.get::<_, Uid>(0).0),
        canary: row.get(1),
        state: RecipientState::parse(state).ok_or_else(|| damaged(state))?,
        not_before: moment(3).filter(|at| at.as_millis() > 0),
        at: moment(4).unwrap_or_default(),
        code: row.get(5),
        reason: row.get(6),
        decision: id(7).map(DecisionId::from_bytes),
        message: id(8).map(MessageId::from_bytes),
        channel: channel.map(|name| name.parse::<Channel>().map_err(|_| damaged(name))).transpose()?,
        replied_at: moment(10),
        opted_out_at: moment(11),
    })
}
