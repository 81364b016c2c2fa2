//! Messages of a contact, a conversation, a journey, or all.

use model::{Direction, Message, MessageId};
use rusqlite::{Connection, params};
use storage::{MessageFilter, Page, StorageError};

use super::{Rows, after, contacts, doc, one, page_of, wanted};
use crate::json;
use crate::sql::{conversation, message};

pub(crate) fn get(conn: &Connection, ws: i64, id: MessageId) -> Result<Option<Message>, StorageError> {
    doc(conn, "message", message::MESSAGE, params![ws, id.to_bytes()])
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &MessageFilter, page: &Page) -> Result<Rows<Message>, StorageError> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let conversation = filter.conversation.map(model::ConversationId::to_bytes);
    let contact = match (filter.contact, conversation) {
        (Some(id), _) => Some(contacts::row_number(conn, ws, id)?),
        // A conversation is one contact's, and that is the smaller list to look through. One without a row of its own is searched everywhere.
        (None, Some(id)) => one(conn, conversation::CONVERSATION_CONTACT, params![ws, id], |row| row.get(0))?.map(Some),
        (None, None) => None,
    };
    let contact: Option<i64> = match contact {
        Some(None) => return Ok(Rows::default()),
        Some(known) => known,
        None => None,
    };
    let statement = match (contact, &filter.journey) {
        (Some(_), _) => message::MESSAGES_OF_CONTACT,
        (None, Some(_)) => message::MESSAGES_OF_JOURNEY,
        (None, None) => message::MESSAGES,
    };
    let direction = filter.direction.map(|direction| match direction {
        Direction::In => "in",
        Direction::Out => "out",
    });
    let statuses = json::list(&filter.statuses)?;
    let values = params![ws, after, conversation, direction, statuses, filter.journey, contact, wanted as i64];
    page_of(conn, "message", statement, values, wanted)
}
