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
    DUE(INT8, INT8) = "SELECT workspace.id, due.id, due.next_wake FROM
        (SELECT ws, n, id, next_wake FROM contact WHERE next_wake <= $1 ORDER BY next_wake LIMIT $2) AS due
        JOIN workspace ON workspace.n = due.ws ORDER BY due.next_wake, due.n";
    NEXT_DUE() = "SELECT next_wake FROM contact WHERE next_wake IS NOT NULL ORDER BY next_wake LIMIT 1";
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

pub(crate) async fn due(pool: &Pool, now: Timestamp, limit: u32) -> Answer<Vec<(WorkspaceId, ContactId, Timestamp)>> {
    let rows = pool.query(&DUE, &[&now.as_millis(), &i64::from(limit)]).await?;
    let read = |row: &Row| {
        let (ws, id): (Uid, Uid) = (row.get(0), row.get(1));
        (WorkspaceId::from_bytes(ws.0), ContactId::from_bytes(id.0), Timestamp::from_millis(row.get(2)))
    };
    Ok(rows.iter().map(read).collect())
}

pub(crate) async fn next_due(pool: &Pool) -> Answer<Option<Timestamp>> {
    Ok(pool.one(&NEXT_DUE, &[]).await?.map(|row| Timestamp::from_millis(row.get(0))))
}
