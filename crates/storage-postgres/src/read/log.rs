//! The signal log, what is parked, and figures for administrators.

use std::collections::BTreeMap;

use model::draws::stable_hash;
use model::signal::{Signal, SignalBody, Target};
use model::{ContactId, SignalId, Timestamp, Value, WorkspaceId};
use storage::{Page, Paged, Parked, SignalRecord, StorageError, StoreStats};

use super::{Answer, after, cut, wanted};
use crate::logged::Logged;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::{Uid, clean};
use crate::{doc, json};

/// Bytes of an unreadable signal that an operator sees; all of them are kept.
const SHOWN_BYTES: usize = 4_096;

queries! {
    SIGNALS(INT4, INT8, INT8) = "SELECT s.n, contact.id, s.doc FROM (SELECT n, contact, doc FROM step WHERE ws = $1 AND n > $2 ORDER BY n LIMIT $3) AS s
        JOIN contact ON contact.n = s.contact ORDER BY s.n";
    PARKED(INT4, INT8, INT8) = "SELECT n, doc, error, parked_at, tries FROM parked WHERE ws = $1 AND n < $2 ORDER BY n DESC LIMIT $3";
    PARK_RAW(INT4, UUID, TEXT, BYTEA, TEXT, INT8) =
        "INSERT INTO parked (ws, id, n, doc, raw, error, parked_at, tries) VALUES ($1, $2, nextval('position') << 20, $3, $4, $5, $6, 1)
         ON CONFLICT (ws, id) DO UPDATE SET error = excluded.error, tries = parked.tries + 1";
    /// They lie in the order of their arrival; those that another node looks at are passed over.
    OLDEST_WAITING(INT8) = "SELECT n, doc FROM orphan ORDER BY n LIMIT $1 FOR UPDATE SKIP LOCKED";
    /// Whoever removes a row has it: a step that brings the message at this moment takes it for itself.
    EXPIRE(INT8_ARRAY, UUID_ARRAY, INT8_ARRAY, TEXT) = "WITH gone AS (DELETE FROM orphan WHERE n = ANY ($1) RETURNING n, ws, doc)
        INSERT INTO parked (ws, id, n, doc, error, parked_at, tries)
        SELECT gone.ws, late.id, gone.n, gone.doc, $4, late.at, 1 FROM gone JOIN unnest($1, $2, $3) AS late (n, id, at) ON late.n = gone.n
        ON CONFLICT (ws, id) DO UPDATE SET error = excluded.error, tries = parked.tries + 1";
    SMALL() = "SELECT (SELECT count(*) FROM parked), (SELECT count(*) FROM orphan), pg_database_size(current_database())";
    /// What the server remembers of the sizes of tables, with their partitions; less than nothing where it never looked.
    ESTIMATE() = "SELECT coalesce(parent.relname, c.relname)::text, sum(greatest(c.reltuples, 0))::float8::int8, bool_or(c.reltuples > 0)
        FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
        WHERE c.relkind = 'r' AND coalesce(parent.relname, c.relname) IN ('contact', 'step', 'message') GROUP BY 1";
    CONTACTS() = "SELECT count(*) FROM contact";
    SIGNAL_COUNT() = "SELECT count(*) FROM step";
    MESSAGES() = "SELECT count(*) FROM message";
}

/// Tables with fewer rows are counted, larger ones estimated: counting millions would take the server longer than the figure is worth.
const COUNTED: i64 = 100_000;

pub(crate) async fn signals(pool: &Pool, ws: i32, after: u64, limit: u32) -> Answer<Vec<SignalRecord>> {
    // A position beyond what the log can have is simply after its end.
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows = pool.query(&SIGNALS, &[&ws, &after, &i64::from(limit)]).await?;
    rows.iter()
        .map(|row| {
            let Logged { signal } = doc::read("signal", row.get(2))?;
            let contact = Some(ContactId::from_bytes(row.get::<_, Uid>(1).0));
            Ok(SignalRecord { seq: row.get::<_, i64>(0).cast_unsigned(), contact, signal })
        })
        .collect()
}

pub(crate) async fn parked(pool: &Pool, ws: i32, page: &Page) -> Answer<Paged<Parked>> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let rows = pool.query(&PARKED, &[&ws, &after, &wanted]).await?;
    let rows = rows.iter().map(|row| {
        let signal: Signal = json::read("signal", row.get(1))?;
        let (parked_at, tries) = (Timestamp::from_millis(row.get(3)), row.get::<_, i32>(4).cast_unsigned());
        Ok((Parked { signal, error: row.get(2), parked_at, tries }, row.get::<_, i64>(0).to_string()))
    });
    Ok(cut(rows.collect::<Result<Vec<_>, StorageError>>()?, wanted))
}

/// Shown as a signal to nobody, so that operators see it where they see all others. The same bytes take one place only.
pub(crate) async fn expire_waiting(pool: &Pool, before: Timestamp, error: &str, limit: u32) -> Answer<u64> {
    let rows = pool.query(&OLDEST_WAITING, &[&i64::from(limit)]).await?;
    let (mut places, mut ids, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let signal: Signal = json::read("signal", row.get(1))?;
        if signal.arrival_time < before {
            places.push(row.get::<_, i64>(0));
            ids.push(Uid(signal.id.to_bytes()));
            // The store has no clock; a signal that is tried later keeps the first time.
            times.push(signal.arrival_time.as_millis());
        }
    }
    if places.is_empty() {
        return Ok(0);
    }
    pool.execute(&EXPIRE, &[&places, &ids, &times, &clean(error)]).await
}

pub(crate) async fn park_raw(pool: &Pool, (ws, n): (WorkspaceId, i32), source: &str, raw: &[u8], error: &str, at: Timestamp) -> Answer<()> {
    let halves = [b"1".as_slice(), b"2"].map(|half| u128::from(stable_hash(&[half, source.as_bytes(), raw])));
    let id = SignalId::from_u128((halves[0] << 64) | halves[1]);
    let shown = String::from_utf8_lossy(&raw[..raw.len().min(SHOWN_BYTES)]).into_owned();
    let signal = Signal {
        id,
        workspace: ws,
        target: Target::Addresses { keys: Vec::new(), create: false },
        event_time: at,
        arrival_time: at,
        source: source.to_owned(),
        dedupe_key: None,
        fingerprint: None,
        permit: Vec::new(),
        body: SignalBody::Event {
            name: "unreadable".to_owned(),
            properties: BTreeMap::from([("raw".to_owned(), Value::Text(shown))]),
            contact: Default::default(),
        },
    };
    let doc = json::write("a signal", &signal)?;
    pool.execute(&PARK_RAW, &[&n, &Uid(id.to_bytes()), &doc, &raw, &clean(error), &at.as_millis()]).await.map(drop)
}

/// What the database can tell; commits and steps are the writer's to add.
pub(crate) async fn stats(pool: &Pool) -> Answer<StoreStats> {
    let estimates: BTreeMap<String, i64> =
        pool.query(&ESTIMATE, &[]).await?.iter().filter(|row| row.get(2)).map(|row| (row.get(0), row.get(1))).collect();
    let mut counts = [0; 3];
    for (count, (table, query)) in counts.iter_mut().zip([("contact", &CONTACTS), ("step", &SIGNAL_COUNT), ("message", &MESSAGES)]) {
        *count = match estimates.get(table) {
            Some(many) if *many >= COUNTED => *many,
            _ => pool.one(query, &[]).await?.map_or(0, |row| row.get::<_, i64>(0)),
        };
    }
    let [contacts, signals, messages] = counts.map(i64::cast_unsigned);
    let small = pool.one(&SMALL, &[]).await?;
    let [parked, unresolved, bytes] = [0, 1, 2].map(|at| small.as_ref().map_or(0, |row| row.get::<_, i64>(at).cast_unsigned()));
    Ok(StoreStats { contacts, signals, messages, parked, unresolved, bytes, commits: 0, steps: 0 })
}
