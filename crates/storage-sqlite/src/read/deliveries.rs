//! Events on their way to other systems, and the audit log.

use model::Timestamp;
use model::audit::AuditEntry;
use model::delivery::Delivery;
use rusqlite::{Connection, params};
use storage::{Page, StorageError};

use super::{Rows, after, page_of, query, wanted};
use crate::json;
use crate::sql::delivery as statements;

pub(crate) fn due(conn: &Connection, now: Timestamp, limit: u32) -> Result<Vec<Delivery>, StorageError> {
    let rows = query(conn, statements::DELIVERIES_DUE, params![now.as_millis(), limit], |row| row.get::<_, String>(0))?;
    rows.iter().map(|text| json::read("delivery", text)).collect()
}

pub(crate) fn list(conn: &Connection, ws: i64, endpoint: Option<&str>, page: &Page) -> Result<Rows<Delivery>, StorageError> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let statement = if endpoint.is_some() { statements::DELIVERIES_OF_ENDPOINT } else { statements::DELIVERIES };
    page_of(conn, "delivery", statement, params![ws, after, wanted as i64, endpoint], wanted)
}

pub(crate) fn audit(conn: &Connection, ws: i64, page: &Page) -> Result<Rows<AuditEntry>, StorageError> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    page_of(conn, "audit entry", statements::AUDIT, params![ws, after, wanted as i64], wanted)
}
