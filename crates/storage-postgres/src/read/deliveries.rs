//! Events on their way to other systems, and the audit log.

use model::Timestamp;
use model::audit::AuditEntry;
use model::delivery::Delivery;
use storage::{Page, Paged, StorageError, StorageErrorKind};

use super::{Answer, after, page_of, wanted};
use crate::json;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::Uid;

queries! {
    DUE(INT8, INT8) = "SELECT doc FROM delivery WHERE status = 'pending' AND next_at <= $1 ORDER BY next_at, n LIMIT $2";
    OF_ENDPOINT(INT4, INT8, INT8, TEXT) = "SELECT n, doc FROM delivery WHERE ws = $1 AND n < $2 AND endpoint = $4 ORDER BY n DESC LIMIT $3";
    LIST(INT4, INT8, INT8) = "SELECT n, doc FROM delivery WHERE ws = $1 AND n < $2 ORDER BY n DESC LIMIT $3";
    UPDATE(INT4, UUID, TEXT, INT8, TEXT) = "UPDATE delivery SET status = $3, next_at = $4, doc = $5 WHERE ws = $1 AND id = $2";
    /// Numbered as one row of a batch of its own.
    AUDIT_ADD(INT4, INT8, TEXT) = "INSERT INTO audit (n, ws, at, doc) VALUES (nextval('position') << 20, $1, $2, $3)";
    AUDIT(INT4, INT8, INT8) = "SELECT n, doc FROM audit WHERE ws = $1 AND n < $2 ORDER BY n DESC LIMIT $3";
}

pub(crate) async fn due(pool: &Pool, now: Timestamp, limit: u32) -> Answer<Vec<Delivery>> {
    let rows = pool.query(&DUE, &[&now.as_millis(), &i64::from(limit)]).await?;
    rows.iter().map(|row| json::read("delivery", row.get(0))).collect()
}

pub(crate) async fn list(pool: &Pool, ws: i32, endpoint: Option<&str>, page: &Page) -> Answer<Paged<Delivery>> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    match endpoint {
        Some(endpoint) => page_of(pool, "delivery", &OF_ENDPOINT, &[&ws, &after, &wanted, &endpoint], wanted).await,
        None => page_of(pool, "delivery", &LIST, &[&ws, &after, &wanted], wanted).await,
    }
}

pub(crate) async fn update(pool: &Pool, ws: Option<i32>, delivery: &Delivery) -> Answer<()> {
    let rows = match ws {
        Some(ws) => {
            let (status, doc) = (json::name(&delivery.status)?, json::write("a delivery", delivery)?);
            pool.execute(&UPDATE, &[&ws, &Uid(delivery.id.to_bytes()), &status, &delivery.next_at.as_millis(), &doc]).await?
        }
        None => 0,
    };
    if rows == 0 { Err(StorageError::new(StorageErrorKind::Invalid, format!("delivery {} does not exist", delivery.id))) } else { Ok(()) }
}

pub(crate) async fn append_audit(pool: &Pool, ws: i32, entry: &AuditEntry) -> Answer<()> {
    let doc = json::write("an audit entry", entry)?;
    pool.execute(&AUDIT_ADD, &[&ws, &entry.at.as_millis(), &doc]).await.map(drop)
}

pub(crate) async fn audit(pool: &Pool, ws: i32, page: &Page) -> Answer<Paged<AuditEntry>> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    page_of(pool, "audit entry", &AUDIT, &[&ws, &after, &wanted], wanted).await
}
