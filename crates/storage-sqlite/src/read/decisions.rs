//! Decisions, timelines and the consent ledger.

use model::decision::DecisionRecord;
use model::timeline::TimelineEntry;
use model::{ContactId, DecisionId, LedgerEntry};
use rusqlite::{Connection, params};
use storage::{DecisionFilter, LedgerFilter, Page, StorageError, TimelineFilter};

use super::{Rows, after, contacts, doc, page_of, wanted};
use crate::json;
use crate::sql::{decision, ledger};

pub(crate) fn get(conn: &Connection, ws: i64, id: DecisionId) -> Result<Option<DecisionRecord>, StorageError> {
    doc(conn, "decision", decision::DECISION, params![ws, id.to_bytes()])
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &DecisionFilter, page: &Page) -> Result<Rows<DecisionRecord>, StorageError> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let contact = match filter.contact {
        Some(id) => match contacts::row_number(conn, ws, id)? {
            None => return Ok(Rows::default()),
            known => known,
        },
        None => None,
    };
    let message = filter.message.map(model::MessageId::to_bytes);
    let statement = match (message, contact, &filter.journey) {
        (Some(_), _, _) => decision::DECISIONS_OF_MESSAGE,
        (None, Some(_), _) => decision::DECISIONS_OF_CONTACT,
        (None, None, Some(_)) => decision::DECISIONS_OF_JOURNEY,
        (None, None, None) => decision::DECISIONS,
    };
    let values = params![ws, after, contact, message, filter.journey, filter.silent, wanted as i64];
    page_of(conn, "decision", statement, values, wanted)
}

pub(crate) fn timeline(
    conn: &Connection,
    ws: i64,
    contact: ContactId,
    filter: &TimelineFilter,
    page: &Page,
) -> Result<Rows<TimelineEntry>, StorageError> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let Some(contact) = contacts::row_number(conn, ws, contact)? else { return Ok(Rows::default()) };
    let values = params![contact, after, json::list(&filter.kinds)?, wanted as i64];
    page_of(conn, "timeline entry", decision::TIMELINE, values, wanted)
}

pub(crate) fn ledger(conn: &Connection, ws: i64, filter: &LedgerFilter, page: &Page) -> Result<Rows<LedgerEntry>, StorageError> {
    let (after, wanted) = (after(page, i64::MIN)?, wanted(page));
    let contact = match filter.contact {
        Some(id) => match contacts::row_number(conn, ws, id)? {
            None => return Ok(Rows::default()),
            known => known,
        },
        None => None,
    };
    let statement = match (contact, &filter.address) {
        (Some(_), _) => ledger::LEDGER_OF_CONTACT,
        (None, Some(_)) => ledger::LEDGER_OF_ADDRESS,
        (None, None) => ledger::LEDGER,
    };
    let kind = filter.address.as_ref().map(|key| key.kind.as_str());
    let value = filter.address.as_ref().map(|key| key.value.as_str());
    page_of(conn, "consent entry", statement, params![ws, after, contact, kind, value, wanted as i64], wanted)
}
