//! What waits for the dispatcher, and what is under way.

use model::message::Class;
use model::{AddressKey, ContactId, MessageId, SenderId, Timestamp, WorkspaceId};
use storage::{InFlight, QueuedMessage, StorageError};

use super::Answer;
use crate::doc;
use crate::error::damaged;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::Uid;

const CLASSES: [Class; 4] = [Class::Agent, Class::Transactional, Class::Service, Class::Promotional];

queries! {
    /// Once for each class, so that what must wait longer is never looked at.
    QUEUED(UUID, INT4, INT8, INT8) = "SELECT workspace.id, q.contact, q.id, q.not_before, q.kind, q.value FROM
        (SELECT ws, contact, id, not_before, kind, value FROM outbox
         WHERE open_since IS NULL AND sender = $1 AND class = $2 AND not_before <= $3 ORDER BY not_before, id LIMIT $4) AS q
        JOIN workspace ON workspace.n = q.ws ORDER BY q.not_before, q.id";
    /// From sender to sender, and of each class its first: however many messages wait.
    HEADS(INT4_ARRAY) = "WITH RECURSIVE s AS (
          (SELECT sender FROM outbox WHERE open_since IS NULL ORDER BY sender LIMIT 1)
          UNION ALL SELECT (SELECT o.sender FROM outbox o WHERE o.open_since IS NULL AND o.sender > s.sender ORDER BY o.sender LIMIT 1)
          FROM s WHERE s.sender IS NOT NULL)
        SELECT s.sender, min(head.not_before) FROM s CROSS JOIN unnest($1) AS class CROSS JOIN LATERAL
          (SELECT o.not_before FROM outbox o WHERE o.open_since IS NULL AND o.sender = s.sender AND o.class = class ORDER BY o.not_before LIMIT 1) AS head
        WHERE s.sender IS NOT NULL GROUP BY s.sender";
    IN_FLIGHT(INT8, INT8) = "SELECT o.open_since, message.doc FROM
        (SELECT ws, id, open_since FROM outbox WHERE open_since < $1 ORDER BY open_since LIMIT $2) AS o
        JOIN message ON message.ws = o.ws AND message.id = o.id ORDER BY o.open_since, message.n";
}

pub(crate) async fn queued(pool: &Pool, sender: SenderId, now: Timestamp, limit: u32) -> Answer<Vec<QueuedMessage>> {
    let mut queue = Vec::new();
    for class in CLASSES {
        let room = (limit as usize).saturating_sub(queue.len());
        if room == 0 {
            break;
        }
        let class = class.rank();
        let rows = pool.query(&QUEUED, &[&Uid(sender.to_bytes()), &i32::from(class), &now.as_millis(), &(room as i64)]).await?;
        for row in rows {
            let id = |at: usize| row.get::<_, Uid>(at).0;
            queue.push(QueuedMessage {
                workspace: WorkspaceId::from_bytes(id(0)),
                contact: ContactId::from_bytes(id(1)),
                message: MessageId::from_bytes(id(2)),
                sender,
                address: address(row.get(4), row.get(5))?,
                class,
                not_before: Timestamp::from_millis(row.get(3)),
            });
        }
    }
    Ok(queue)
}

fn address(kind: &str, value: &str) -> Answer<AddressKey> {
    let text = format!("{kind}:{value}");
    text.parse().map_err(|_| damaged("a queued message has no address"))
}

pub(crate) async fn heads(pool: &Pool) -> Answer<Vec<(SenderId, Timestamp)>> {
    let classes = CLASSES.map(|class| i32::from(class.rank()));
    let rows = pool.query(&HEADS, &[&classes.as_slice()]).await?;
    Ok(rows.iter().map(|row| (SenderId::from_bytes(row.get::<_, Uid>(0).0), Timestamp::from_millis(row.get(1)))).collect())
}

pub(crate) async fn in_flight(pool: &Pool, older_than: Timestamp, limit: u32) -> Answer<Vec<InFlight>> {
    let rows = pool.query(&IN_FLIGHT, &[&older_than.as_millis(), &i64::from(limit)]).await?;
    rows.iter()
        .map(|row| {
            let message = doc::read_message(row.get(1))?;
            Ok::<_, StorageError>(InFlight { message, since: Timestamp::from_millis(row.get(0)) })
        })
        .collect()
}
