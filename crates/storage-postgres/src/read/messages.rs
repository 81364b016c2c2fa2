//! Messages of a contact, a conversation, a journey, or all.

use model::{Direction, Message, MessageId};
use storage::{MessageFilter, Page, Paged};

use super::{Answer, after, contacts, conversations, cut, empty, wanted};
use crate::pool::Pool;
use crate::query::queries;
use crate::value::Uid;
use crate::{doc, json};

macro_rules! list {
    ($which:literal) => {
        concat!(
            "SELECT n, doc FROM message WHERE ws = $1 AND ",
            $which,
            " AND n < $2 AND ($3::uuid IS NULL OR conversation = $3) AND ($4::text IS NULL OR direction = $4)
              AND ($5::text[] IS NULL OR status = ANY ($5)) AND ($6::text IS NULL OR journey = $6)
              AND ($7::int8 IS NULL OR contact = $7) ORDER BY n DESC LIMIT $8"
        )
    };
}

queries! {
    GET(INT4, UUID) = "SELECT doc FROM message WHERE ws = $1 AND id = $2";
    OF_CONTACT(INT4, INT8, UUID, TEXT, TEXT_ARRAY, TEXT, INT8, INT8) = list!("contact = $7");
    OF_JOURNEY(INT4, INT8, UUID, TEXT, TEXT_ARRAY, TEXT, INT8, INT8) = list!("journey = $6");
    LIST(INT4, INT8, UUID, TEXT, TEXT_ARRAY, TEXT, INT8, INT8) = list!("true");
}

pub(crate) async fn get(pool: &Pool, ws: i32, id: MessageId) -> Answer<Option<Message>> {
    pool.one(&GET, &[&ws, &Uid(id.to_bytes())]).await?.map(|row| doc::read_message(row.get(0))).transpose()
}

pub(crate) async fn list(pool: &Pool, ws: i32, filter: &MessageFilter, page: &Page) -> Answer<Paged<Message>> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let contact = match (filter.contact, filter.conversation) {
        (Some(id), _) => match contacts::number(pool, ws, id).await? {
            None => return Ok(empty()),
            known => known,
        },
        // A conversation is one contact's, and that is the smaller list to look through. One without a row of its own is searched everywhere.
        (None, Some(id)) => conversations::contact(pool, ws, id).await?,
        (None, None) => None,
    };
    let query = match (contact, &filter.journey) {
        (Some(_), _) => &OF_CONTACT,
        (None, Some(_)) => &OF_JOURNEY,
        (None, None) => &LIST,
    };
    let conversation = filter.conversation.map(|id| Uid(id.to_bytes()));
    let direction = filter.direction.map(|direction| if direction == Direction::In { "in" } else { "out" });
    let statuses = json::list(&filter.statuses)?;
    let values: [crate::link::Value<'_>; 8] = [&ws, &after, &conversation, &direction, &statuses, &filter.journey, &contact, &wanted];
    let rows = pool.query(query, &values).await?;
    let rows = rows.iter().map(|row| Ok((doc::read_message(row.get(1))?, row.get::<_, i64>(0).to_string())));
    Ok(cut(rows.collect::<Answer<Vec<_>>>()?, wanted))
}
