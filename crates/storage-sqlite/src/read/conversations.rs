//! The inbox's lists.

use model::ConversationId;
use model::case::{Conversation, ConversationStatus};
use rusqlite::{Connection, params};
use storage::{ConversationFilter, Page, StorageError};

use super::{Rows, bad_cursor, contacts, cut, doc, query, wanted};
use crate::json;
use crate::sql::conversation as statements;

pub(crate) fn get(conn: &Connection, ws: i64, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
    doc(conn, "conversation", statements::CONVERSATION, params![ws, id.to_bytes()])
}

/// A place in this list is the time of the last message and the row number.
fn place(page: &Page) -> Result<(i64, i64), StorageError> {
    let Some(text) = &page.after else { return Ok((i64::MAX, i64::MAX)) };
    let parts = text.split_once(':').and_then(|(at, n)| Some((at.parse().ok()?, n.parse().ok()?)));
    parts.ok_or_else(|| bad_cursor(text))
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &ConversationFilter, page: &Page) -> Result<Rows<Conversation>, StorageError> {
    let ((at, n), wanted) = (place(page)?, wanted(page));
    let contact = match filter.contact {
        Some(id) => match contacts::row_number(conn, ws, id)? {
            None => return Ok(Rows::default()),
            known => known,
        },
        None => None,
    };
    let inbox = |status: &ConversationStatus| matches!(status, ConversationStatus::Waiting | ConversationStatus::Open);
    let statement = if contact.is_some() {
        statements::CONVERSATIONS_OF_CONTACT
    } else if !filter.statuses.is_empty() && filter.statuses.iter().all(inbox) {
        statements::CONVERSATIONS_INBOX
    } else {
        statements::CONVERSATIONS
    };
    let values = params![
        ws,
        at,
        n,
        json::list(&filter.statuses)?,
        filter.queue,
        filter.assignee.map(model::UserId::to_bytes),
        filter.unassigned,
        json::patterns(filter.search.as_deref())?,
        contact,
        wanted as i64
    ];
    let rows = query(conn, statement, values, |row| {
        Ok((format!("{}:{}", row.get::<_, i64>(1)?, row.get::<_, i64>(0)?), row.get::<_, String>(2)?))
    })?;
    let rows = rows.into_iter().map(|(place, text)| Ok((json::read("conversation", &text)?, place)));
    Ok(cut(rows.collect::<Result<Vec<_>, StorageError>>()?, wanted))
}
