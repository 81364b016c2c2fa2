//! The inbox's lists.

use model::ConversationId;
use model::case::{Conversation, ConversationStatus};
use rusqlite::{Connection, Row, params};
use storage::{ConversationFilter, Page, StorageError};

use super::{READING, Rows, bad_cursor, cut, fill, one, query, wanted};
use crate::doc;
use crate::error::sql;
use crate::sql::conversation as statements;
use crate::writer::stretch;

pub(crate) fn get(conn: &Connection, ws: i64, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
    let find = |statement| one(conn, statement, params![ws, id.to_bytes()], |row| row.get::<_, Vec<u8>>(0));
    let found = match find(statements::CONVERSATION)? {
        None => find(statements::CONVERSATION_ELSEWHERE)?,
        found => found,
    };
    found.map(|packed| doc::read("conversation", &packed)).transpose()
}

/// A place in this list: the time of the last message and the contact's number.
type Place = (i64, i64);

fn place(page: &Page) -> Result<Place, StorageError> {
    let Some(text) = &page.after else { return Ok((i64::MAX, i64::MAX)) };
    let parts = text.split_once(':').and_then(|(at, n)| Some((at.parse().ok()?, n.parse().ok()?)));
    parts.ok_or_else(|| bad_cursor(text))
}

/// The words of a search, all of which must occur in the person's name or the last message.
struct Filter<'a> {
    wanted: &'a ConversationFilter,
    words: Vec<String>,
}

impl<'a> Filter<'a> {
    fn new(wanted: &'a ConversationFilter) -> Self {
        let words = wanted.search.as_deref().unwrap_or_default().to_lowercase();
        Self { wanted, words: words.split_whitespace().map(str::to_owned).collect() }
    }

    fn fits(&self, row: &Conversation) -> bool {
        let wanted = self.wanted;
        let case = row.case.as_ref();
        let assignee = case.and_then(|case| case.assignee);
        let found = || {
            let text = format!("{} {}", row.contact_name.as_deref().unwrap_or_default(), row.last_message).to_lowercase();
            self.words.iter().all(|word| text.contains(word))
        };
        (wanted.statuses.is_empty() || wanted.statuses.contains(&row.status))
            && wanted.queue.as_ref().is_none_or(|queue| case.is_some_and(|case| case.queue == *queue))
            && (wanted.assignee.is_none() || wanted.assignee == assignee)
            && !(wanted.unassigned && assignee.is_some())
            && (self.words.is_empty() || found())
    }

    /// By the columns number and conversation.
    fn read(&self, row: &Row<'_>) -> Result<Option<(Conversation, Place)>, StorageError> {
        let failed = sql(READING);
        let Some(packed) = row.get::<_, Option<Vec<u8>>>(1).map_err(&failed)? else { return Ok(None) };
        let item: Conversation = doc::read("conversation", &packed)?;
        let place = (item.last_message_at.as_millis(), row.get(0).map_err(&failed)?);
        Ok(self.fits(&item).then_some((item, place)))
    }
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &ConversationFilter, page: &Page) -> Result<Rows<Conversation>, StorageError> {
    let ((at, n), wanted) = (place(page)?, wanted(page));
    let reader = Filter::new(filter);
    let inbox = |status: &ConversationStatus| matches!(status, ConversationStatus::Waiting | ConversationStatus::Open);
    let rows = if let Some(contact) = filter.contact {
        let mut rows = fill(conn, statements::CONVERSATION_OF_CONTACT, params![ws, contact.to_bytes()], wanted, |row| reader.read(row))?;
        rows.retain(|(_, place)| *place < (at, n));
        rows
    } else if !filter.statuses.is_empty() && filter.statuses.iter().all(inbox) {
        fill(conn, statements::CONVERSATIONS_INBOX, params![ws, at, n], wanted, |row| reader.read(row))?
    } else {
        recent(conn, ws, (at, n), wanted, &reader)?
    };
    Ok(cut(rows.into_iter().map(|(item, (at, n))| (item, format!("{at}:{n}"))).collect(), wanted))
}

/// Stretch after stretch of time, each put in order here: what a busy quarter of an hour has is little, and no index moves with each message.
fn recent(
    conn: &Connection,
    ws: i64,
    after: Place,
    wanted: usize,
    reader: &Filter<'_>,
) -> Result<Vec<(Conversation, Place)>, StorageError> {
    let mut found: Vec<(Conversation, Place)> = Vec::new();
    let (_, mut last) = stretch(after.0);
    while found.len() < wanted
        && let Some(this) = query(conn, statements::RECENT, params![ws, last], |row| row.get::<_, i64>(0))?.pop()
    {
        let (from, to) = stretch(this);
        let mut rows = fill(conn, statements::CONVERSATIONS_RECENT, params![ws, from, to], usize::MAX, |row| reader.read(row))?;
        rows.retain(|(_, place)| *place < after);
        rows.sort_unstable_by_key(|(_, place)| std::cmp::Reverse(*place));
        found.extend(rows);
        last = from - 1;
    }
    Ok(found)
}
