//! What a move to another store needs beside the lists.

use model::SignalId;
use model::signal::Signal;
use storage::{Inventory, KnownReply, StorageError};

use super::Answer;
use crate::json;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::{Uid, clean};

queries! {
    KINDS(INT4) = "SELECT DISTINCT kind FROM document WHERE ws = $1 ORDER BY kind";
    SCOPES(INT4) = "SELECT scope FROM counter WHERE ws = $1 UNION SELECT scope FROM counter_delta WHERE ws = $1 ORDER BY scope";
    WAITING(INT4) = "SELECT doc FROM orphan WHERE ws = $1 ORDER BY n";
    UNREADABLE(INT4) = "SELECT id, raw FROM parked WHERE ws = $1 AND raw IS NOT NULL ORDER BY id";
    REPLY(INT4, TEXT) = "SELECT contact.id, fingerprint, reply FROM dedupe LEFT JOIN contact ON contact.n = dedupe.contact
        WHERE dedupe.ws = $1 AND key = $2";
}

pub(crate) async fn inventory(pool: &Pool, ws: i32) -> Answer<Inventory> {
    let names = |rows: Vec<tokio_postgres::Row>| rows.iter().map(|row| row.get(0)).collect();
    let waiting = pool.query(&WAITING, &[&ws]).await?;
    let unreadable = pool.query(&UNREADABLE, &[&ws]).await?;
    Ok(Inventory {
        document_kinds: names(pool.query(&KINDS, &[&ws]).await?),
        counter_scopes: names(pool.query(&SCOPES, &[&ws]).await?),
        waiting: waiting.iter().map(|row| json::read::<Signal>("signal", row.get(0))).collect::<Result<_, StorageError>>()?,
        unreadable: unreadable.iter().map(|row| (SignalId::from_bytes(row.get::<_, Uid>(0).0), row.get(1))).collect(),
    })
}

pub(crate) async fn known_reply(pool: &Pool, ws: i32, key: &str) -> Answer<Option<KnownReply>> {
    let Some(row) = pool.one(&REPLY, &[&ws, &clean(key)]).await? else { return Ok(None) };
    Ok(Some(KnownReply {
        contact: row.get::<_, Option<Uid>>(0).map(|id| model::ContactId::from_bytes(id.0)),
        fingerprint: row.get::<_, Option<i64>>(1).map(i64::cast_unsigned),
        reply: row.get::<_, Option<&str>>(2).map(|text| json::read("reply", text)).transpose()?.unwrap_or_default(),
    }))
}
