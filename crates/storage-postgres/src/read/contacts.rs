//! Contacts: state, profile, addresses, wakes.

use model::change::ContactRow;
use model::{AddressKey, ContactId, Timestamp, WorkspaceId};
use storage::{ContactFilter, Page, Paged};
use tokio_postgres::Row;

use super::{Answer, after, cut, wanted};
use crate::json;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::{Uid, clean};

/// Contacts that are looked at to find the first.
const HEAD: i64 = 100;
/// How often one call corrects times that have become later.
const CORRECTIONS: u32 = 16;

macro_rules! profile {
    ($rest:literal) => {
        concat!(
            "SELECT profile.contact, contact.id, name, locale, created_at, last_seen_at, search FROM ",
            $rest,
            " AND profile.contact < $2 AND search LIKE ALL ($3) ORDER BY profile.contact DESC LIMIT $4"
        )
    };
}

queries! {
    NUMBER(INT4, UUID) = "SELECT n FROM contact WHERE ws = $1 AND id = $2";
    STATE(INT4, UUID) = "SELECT state FROM contact WHERE ws = $1 AND id = $2";
    FIND(INT4, TEXT_ARRAY, TEXT_ARRAY) = "SELECT contact.id FROM unnest($2, $3) WITH ORDINALITY AS u (kind, value, i)
        JOIN address a ON a.ws = $1 AND a.kind = u.kind AND a.value = u.value JOIN contact ON contact.n = a.contact ORDER BY u.i LIMIT 1";
    SCAN(INT4, UUID, INT8) = "SELECT id, state FROM contact WHERE ws = $1 AND id > $2 ORDER BY id LIMIT $3";
    DUE(INT8, INT8) = "SELECT workspace.id, due.id, due.next_wake, due.n, due.late FROM
        (SELECT ws, n, id, next_wake, due_at, next_wake IS DISTINCT FROM due_at AS late FROM contact WHERE due_at <= $1 ORDER BY due_at LIMIT $2) AS due
        JOIN workspace ON workspace.n = due.ws ORDER BY due.due_at, due.n";
    /// For who must not correct anything.
    TRULY_DUE(INT8, INT8) = "SELECT workspace.id, due.id, due.next_wake FROM
        (SELECT ws, n, id, next_wake FROM contact WHERE due_at <= $1 AND next_wake <= $1 ORDER BY next_wake, n LIMIT $2) AS due
        JOIN workspace ON workspace.n = due.ws ORDER BY due.next_wake, due.n";
    TRULY_NEXT() = "SELECT min(next_wake) FROM contact WHERE due_at IS NOT NULL";
    NEXT_DUE(INT8) = "SELECT due_at, n, next_wake IS DISTINCT FROM due_at FROM contact WHERE due_at IS NOT NULL ORDER BY due_at LIMIT $1";
    /// As their wakes are now, whoever moves them meanwhile.
    CORRECT(INT8_ARRAY) = "UPDATE contact SET due_at = next_wake WHERE n = ANY ($1) AND next_wake IS DISTINCT FROM due_at";
    PROFILES(INT4, INT8, TEXT_ARRAY, INT8) = profile!("profile JOIN contact ON contact.n = profile.contact WHERE profile.ws = $1");
    PROFILE_OF_ADDRESS(INT4, INT8, TEXT_ARRAY, INT8, TEXT, TEXT) = profile!("address
        JOIN profile ON profile.contact = address.contact JOIN contact ON contact.n = profile.contact
        WHERE address.ws = $1 AND address.kind = $5 AND address.value = $6");
}

pub(crate) async fn number(pool: &Pool, ws: i32, id: ContactId) -> Answer<Option<i64>> {
    Ok(pool.one(&NUMBER, &[&ws, &Uid(id.to_bytes())]).await?.map(|row| row.get(0)))
}

pub(crate) async fn state(pool: &Pool, ws: i32, id: ContactId) -> Answer<Option<Vec<u8>>> {
    Ok(pool.one(&STATE, &[&ws, &Uid(id.to_bytes())]).await?.map(|row| row.get(0)))
}

pub(crate) async fn find(pool: &Pool, ws: i32, keys: &[AddressKey]) -> Answer<Option<ContactId>> {
    let (kinds, values): (Vec<&str>, Vec<String>) = keys.iter().map(|key| (key.kind.as_str(), clean(&key.value))).unzip();
    Ok(pool.one(&FIND, &[&ws, &kinds, &values]).await?.map(|row| ContactId::from_bytes(row.get::<_, Uid>(0).0)))
}

pub(crate) async fn scan(pool: &Pool, ws: i32, after: Option<ContactId>, limit: u32) -> Answer<Vec<(ContactId, Vec<u8>)>> {
    let after = Uid(after.map(ContactId::to_bytes).unwrap_or_default());
    let rows = pool.query(&SCAN, &[&ws, &after, &i64::from(limit)]).await?;
    Ok(rows.iter().map(|row| (ContactId::from_bytes(row.get::<_, Uid>(0).0), row.get(1))).collect())
}

fn profile(row: &Row) -> (ContactRow, String) {
    let profile = ContactRow {
        id: ContactId::from_bytes(row.get::<_, Uid>(1).0),
        name: row.get(2),
        locale: row.get(3),
        created_at: Timestamp::from_millis(row.get(4)),
        last_seen_at: row.get::<_, Option<i64>>(5).map(Timestamp::from_millis),
        search: row.get(6),
    };
    (profile, row.get::<_, i64>(0).to_string())
}

pub(crate) async fn list(pool: &Pool, ws: i32, filter: &ContactFilter, page: &Page) -> Answer<Paged<ContactRow>> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let patterns = json::patterns(filter.search.as_deref());
    let rows = match &filter.address {
        Some(key) => pool.query(&PROFILE_OF_ADDRESS, &[&ws, &after, &patterns, &wanted, &key.kind.as_str(), &clean(&key.value)]).await?,
        None => pool.query(&PROFILES, &[&ws, &after, &patterns, &wanted]).await?,
    };
    Ok(cut(rows.iter().map(profile).collect(), wanted))
}

/// Contacts whose wake went away or became later are still listed under the earlier time, because moving a row in that index with each step would cost
/// more than all the rest of the timer. Whoever meets them corrects them.
pub(crate) async fn due(pool: &Pool, writes: bool, now: Timestamp, limit: u32) -> Answer<Vec<(WorkspaceId, ContactId, Timestamp)>> {
    let read = |row: &Row| {
        let (ws, id): (Uid, Uid) = (row.get(0), row.get(1));
        (WorkspaceId::from_bytes(ws.0), ContactId::from_bytes(id.0), Timestamp::from_millis(row.get(2)))
    };
    if !writes {
        return Ok(pool.query(&TRULY_DUE, &[&now.as_millis(), &i64::from(limit)]).await?.iter().map(read).collect());
    }
    for _ in 0..CORRECTIONS {
        let rows = pool.query(&DUE, &[&now.as_millis(), &i64::from(limit)]).await?;
        let late: Vec<i64> = rows.iter().filter(|row| row.get(4)).map(|row| row.get(3)).collect();
        if late.is_empty() {
            return Ok(rows.iter().map(read).collect());
        }
        pool.execute(&CORRECT, &[&late]).await?;
    }
    // There are more of them than one call should correct: the next one goes on.
    Ok(Vec::new())
}

/// Not after the earliest wake; before it only if more is to be corrected than one call should.
pub(crate) async fn next_due(pool: &Pool, writes: bool) -> Answer<Option<Timestamp>> {
    if !writes {
        let wake = pool.one(&TRULY_NEXT, &[]).await?.and_then(|row| row.get::<_, Option<i64>>(0));
        return Ok(wake.map(Timestamp::from_millis));
    }
    let mut first = None;
    for _ in 0..CORRECTIONS {
        let rows = pool.query(&NEXT_DUE, &[&HEAD]).await?;
        first = rows.first().map(|row| Timestamp::from_millis(row.get(0)));
        if rows.first().is_none_or(|row| !row.get::<_, bool>(2)) {
            return Ok(first);
        }
        let late: Vec<i64> = rows.iter().filter(|row| row.get(2)).map(|row| row.get(1)).collect();
        pool.execute(&CORRECT, &[&late]).await?;
    }
    Ok(first)
}
