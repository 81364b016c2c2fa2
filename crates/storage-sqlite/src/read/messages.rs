//! Messages of a contact, a conversation, a journey, or all.

use model::message::Origin;
use model::{ContactId, Message, MessageId};
use rusqlite::{Connection, params};
use storage::{MessageFilter, Page, StorageError};

use super::{READING, Rows, after, chain_page, heads, one, range_page, wanted};
use crate::error::sql;
use crate::sql::{contact, message};
use crate::{doc, json, rows, writer};

pub(crate) fn get(conn: &Connection, ws: i64, id: MessageId) -> Result<Option<Message>, StorageError> {
    let (first, end) = rows::range(ws);
    let found = one(conn, message::MESSAGE_BY_ID, params![id.to_bytes(), first, end], |row| row.get::<_, Vec<u8>>(3))?;
    found.map(|packed| doc::read("message", &packed)).transpose()
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &MessageFilter, page: &Page) -> Result<Rows<Message>, StorageError> {
    let journey = |row: &Message| {
        filter.journey.is_none() || matches!(&row.origin, Origin::Journey { journey, .. } if Some(journey) == filter.journey.as_ref())
    };
    let fits = |row: &Message| {
        filter.contact.is_none_or(|contact| row.contact == contact)
            && filter.conversation.is_none_or(|conversation| row.conversation == conversation)
            && filter.direction.is_none_or(|direction| row.direction == direction)
            && (filter.statuses.is_empty() || filter.statuses.contains(&row.status))
            && journey(row)
    };
    let contact = match (filter.contact, filter.conversation) {
        (Some(id), _) => Some(id),
        // A conversation is one contact's, and that is the smaller list to look through. One without a row of its own is searched everywhere.
        (None, Some(id)) => {
            let find = |statement| one(conn, statement, params![ws, id.to_bytes()], |row| row.get(0).map(ContactId::from_bytes));
            match find(contact::CONTACT_OF_OWN_THREAD)? {
                None => find(contact::CONTACT_OF_THREAD)?,
                found => found,
            }
        }
        (None, None) => None,
    };
    if let Some(contact) = contact {
        let head = heads(conn, ws, contact)?.unwrap_or_default().message;
        return chain_page(conn, message::MESSAGE_AT, head, page, |row| {
            let item: Message = doc::read("message", &row.get::<_, Vec<u8>>(1).map_err(sql(READING))?)?;
            Ok(fits(&item).then_some(item))
        });
    }
    let statement = if filter.journey.is_some() { message::MESSAGES_OF_JOURNEY } else { message::MESSAGES };
    let statuses: Vec<i64> = filter.statuses.iter().map(|status| writer::status(*status)).collect();
    let (first, end) = rows::range(ws);
    let values = params![filter.journey, first, after(page, end)?, filter.direction.map(writer::direction), json::list(&statuses)?];
    range_page(conn, "message", statement, values, wanted(page), fits)
}
