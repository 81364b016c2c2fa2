//! Journey runs and counters.

use model::RunId;
use model::change::{RunRow, RunStatus};
use storage::{Counter, Page, Paged, RunFilter};

use super::{Answer, after, contacts, doc, empty, packed_page, wanted};
use crate::json;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::Uid;

macro_rules! list {
    ($which:literal) => {
        concat!(
            "SELECT n, doc FROM run WHERE ws = $1 AND ",
            $which,
            " AND n < $2 AND ($3::text IS NULL OR journey = $3) AND ($4::text IS NULL OR version = $4)
              AND ($5::int8 IS NULL OR contact = $5) AND ($6::text IS NULL OR status = $6) AND ($7::text IS NULL OR step = $7)
              ORDER BY n DESC LIMIT $8"
        )
    };
}

queries! {
    GET(INT4, UUID) = "SELECT doc FROM run WHERE ws = $1 AND id = $2";
    OF_CONTACT(INT4, INT8, TEXT, TEXT, INT8, TEXT, TEXT, INT8) = list!("contact = $5");
    ACTIVE(INT4, INT8, TEXT, TEXT, INT8, TEXT, TEXT, INT8) = list!("status = 'active' AND journey = $3");
    OF_JOURNEY(INT4, INT8, TEXT, TEXT, INT8, TEXT, TEXT, INT8) = list!("journey = $3");
    LIST(INT4, INT8, TEXT, TEXT, INT8, TEXT, TEXT, INT8) = list!("true");
    COUNTERS(INT4, TEXT) = "SELECT scope, key, name, sum(value)::int8 FROM (
          SELECT scope, key, name, value FROM counter WHERE ws = $1 AND scope = $2
          UNION ALL SELECT scope, key, name, by FROM counter_delta WHERE ws = $1 AND scope = $2) AS parts
        GROUP BY scope, key, name ORDER BY key, name";
}

pub(crate) async fn get(pool: &Pool, ws: i32, id: RunId) -> Answer<Option<RunRow>> {
    doc(pool, "run", &GET, &[&ws, &Uid(id.to_bytes())]).await
}

pub(crate) async fn list(pool: &Pool, ws: i32, filter: &RunFilter, page: &Page) -> Answer<Paged<RunRow>> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let contact = match filter.contact {
        Some(id) => match contacts::number(pool, ws, id).await? {
            None => return Ok(empty()),
            known => known,
        },
        None => None,
    };
    let query = match (contact, &filter.journey, filter.status) {
        (Some(_), _, _) => &OF_CONTACT,
        (None, Some(_), Some(RunStatus::Active)) => &ACTIVE,
        (None, Some(_), _) => &OF_JOURNEY,
        (None, None, _) => &LIST,
    };
    let status = filter.status.as_ref().map(json::name).transpose()?;
    let values: [crate::link::Value<'_>; 8] = [&ws, &after, &filter.journey, &filter.version, &contact, &status, &filter.step, &wanted];
    packed_page(pool, "run", query, &values, wanted).await
}

pub(crate) async fn counters(pool: &Pool, ws: i32, scope: &str) -> Answer<Vec<Counter>> {
    let rows = pool.query(&COUNTERS, &[&ws, &scope]).await?;
    Ok(rows.iter().map(|row| Counter { scope: row.get(0), key: row.get(1), name: row.get(2), value: row.get(3) }).collect())
}
