//! The inbox's lists.

use model::ConversationId;
use model::case::{Conversation, ConversationStatus};
use storage::{ConversationFilter, Page, Paged, StorageError};

use super::{Answer, bad_cursor, contacts, cut, doc, empty, wanted};
use crate::pool::Pool;
use crate::query::queries;
use crate::value::Uid;
use crate::writer::stretch;
use crate::{doc as packed, json};

/// $2, $3 the last row of the page before (time, number); $4 statuses; $5 queue; $6 assignee; $7 true for those without one; $8 patterns.
macro_rules! list {
    ($which:literal by $order:literal) => {
        concat!(
            "SELECT n, last_message_at, doc FROM conversation WHERE ws = $1 AND ",
            $which,
            " AND (last_message_at, n) < ($2, $3) AND ($4::text[] IS NULL OR status = ANY ($4)) AND ($5::text IS NULL OR queue = $5)
              AND ($6::uuid IS NULL OR assignee = $6) AND (NOT $7 OR assignee IS NULL) AND search LIKE ALL ($8)
              ORDER BY ",
            $order,
            " DESC, n DESC LIMIT $10"
        )
    };
}

queries! {
    GET(INT4, UUID) = "SELECT doc FROM conversation WHERE ws = $1 AND id = $2";
    CONTACT(INT4, UUID) = "SELECT contact FROM conversation WHERE ws = $1 AND id = $2";
    OF_CONTACT(INT4, INT8, INT8, TEXT_ARRAY, TEXT, UUID, BOOL, TEXT_ARRAY, INT8, INT8) = list!("id = (SELECT thread FROM contact WHERE n = $9)" by "last_message_at");
    INBOX(INT4, INT8, INT8, TEXT_ARRAY, TEXT, UUID, BOOL, TEXT_ARRAY, INT8, INT8) =
        list!("inbox_at IS NOT NULL AND (inbox_at, n) < ($2, $3) AND $9::int8 IS NULL" by "inbox_at");
    /// Stretch after stretch of time, each put in order when its turn comes.
    LIST(INT4, INT8, INT8, TEXT_ARRAY, TEXT, UUID, BOOL, TEXT_ARRAY, INT8, INT8, INT8) =
        list!("$9::int8 IS NULL AND stretch BETWEEN 0 AND $11" by "stretch DESC, last_message_at");
}

pub(crate) async fn get(pool: &Pool, ws: i32, id: ConversationId) -> Answer<Option<Conversation>> {
    doc(pool, "conversation", &GET, &[&ws, &Uid(id.to_bytes())]).await
}

/// The one whose it is.
pub(crate) async fn contact(pool: &Pool, ws: i32, id: ConversationId) -> Answer<Option<i64>> {
    Ok(pool.one(&CONTACT, &[&ws, &Uid(id.to_bytes())]).await?.map(|row| row.get(0)))
}

/// A place in this list is the time of the last message and the row number.
fn place(page: &Page) -> Answer<(i64, i64)> {
    let Some(text) = &page.after else { return Ok((i64::MAX, i64::MAX)) };
    let parts = text.split_once(':').and_then(|(at, n)| Some((at.parse().ok()?, n.parse().ok()?)));
    parts.ok_or_else(|| bad_cursor(text))
}

pub(crate) async fn list(pool: &Pool, ws: i32, filter: &ConversationFilter, page: &Page) -> Answer<Paged<Conversation>> {
    let ((at, n), wanted) = (place(page)?, wanted(page));
    let contact = match filter.contact {
        Some(id) => match contacts::number(pool, ws, id).await? {
            None => return Ok(empty()),
            known => known,
        },
        None => None,
    };
    let inbox = |status: &ConversationStatus| matches!(status, ConversationStatus::Waiting | ConversationStatus::Open);
    let query = if contact.is_some() {
        &OF_CONTACT
    } else if !filter.statuses.is_empty() && filter.statuses.iter().all(inbox) {
        &INBOX
    } else {
        &LIST
    };
    let (statuses, patterns) = (json::list(&filter.statuses)?, json::patterns(filter.search.as_deref()));
    let assignee = filter.assignee.map(|user| Uid(user.to_bytes()));
    let stretch = stretch(at);
    let values: [crate::link::Value<'_>; 11] =
        [&ws, &at, &n, &statuses, &filter.queue, &assignee, &filter.unassigned, &patterns, &contact, &wanted, &stretch];
    let rows = pool.query(query, &values[..query.types.len()]).await?;
    let rows = rows.iter().map(|row| {
        let place = format!("{}:{}", row.get::<_, i64>(1), row.get::<_, i64>(0));
        Ok((packed::read("conversation", row.get(2))?, place))
    });
    Ok(cut(rows.collect::<Result<Vec<_>, StorageError>>()?, wanted))
}
