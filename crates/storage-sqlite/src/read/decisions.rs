//! Decisions, timelines and the consent ledger.

use model::decision::{DecisionRecord, Verdict};
use model::message::Origin;
use model::timeline::TimelineEntry;
use model::{ContactId, DecisionId, LedgerEntry, Message};
use rusqlite::{Connection, params};
use storage::{DecisionFilter, LedgerFilter, Page, StorageError, TimelineFilter};

use super::{READING, Rows, after, chain_page, contacts, heads, one, page_of, range_page, wanted};
use crate::error::sql;
use crate::logged::Lines;
use crate::sql::{decision, ledger, message, signal};
use crate::{doc, rows};

pub(crate) fn get(conn: &Connection, ws: i64, id: DecisionId) -> Result<Option<DecisionRecord>, StorageError> {
    let (first, end) = rows::range(ws);
    let found = one(conn, decision::DECISION_BY_ID, params![id.to_bytes(), first, end], |row| row.get::<_, Vec<u8>>(1))?;
    found.map(|packed| doc::read("decision", &packed)).transpose()
}

fn journey(row: &DecisionRecord) -> Option<&str> {
    if let Origin::Journey { journey, .. } = &row.wanted.origin { Some(journey) } else { None }
}

pub(crate) fn list(conn: &Connection, ws: i64, filter: &DecisionFilter, page: &Page) -> Result<Rows<DecisionRecord>, StorageError> {
    let fits = |row: &DecisionRecord| {
        filter.contact.is_none_or(|contact| row.contact == contact)
            && filter.message.is_none_or(|message| row.message == Some(message))
            && filter.journey.as_deref().is_none_or(|wanted| journey(row) == Some(wanted))
            && (!filter.silent || matches!(row.verdict, Verdict::Silent { .. }))
    };
    let (first, end) = rows::range(ws);
    // A message is one contact's, and that is the smaller list to look through. One that was never stored is searched everywhere.
    let contact = match (filter.contact, filter.message) {
        (Some(contact), _) => Some(contact),
        (None, Some(id)) => one(conn, message::MESSAGE_BY_ID, params![id.to_bytes(), first, end], |row| row.get::<_, Vec<u8>>(3))?
            .map(|packed| doc::read::<Message>("message", &packed))
            .transpose()?
            .map(|message| message.contact),
        (None, None) => None,
    };
    if let Some(contact) = contact {
        let head = heads(conn, ws, contact)?.unwrap_or_default().decision;
        return chain_page(conn, decision::DECISION_AT, head, page, |row| {
            let item: DecisionRecord = doc::read("decision", &row.get::<_, Vec<u8>>(1).map_err(sql(READING))?)?;
            Ok(fits(&item).then_some(item))
        });
    }
    let statement = if filter.journey.is_some() { decision::DECISIONS_OF_JOURNEY } else { decision::DECISIONS };
    let values = params![filter.journey, first, after(page, end)?, filter.silent];
    range_page(conn, "decision", statement, values, wanted(page), fits)
}

/// A page may end within a step, so a place is a step and how many of its lines were shown.
pub(crate) fn timeline(
    conn: &Connection,
    ws: i64,
    contact: ContactId,
    filter: &TimelineFilter,
    page: &Page,
) -> Result<Rows<TimelineEntry>, StorageError> {
    let wanted = wanted(page);
    let Some(heads) = heads(conn, ws, contact)? else { return Ok(Rows::default()) };
    let (mut n, mut shown) = match &page.after {
        None => (heads.step, 0),
        Some(text) => {
            let parts = text.split_once('.').and_then(|(n, shown)| Some((n.parse().ok()?, shown.parse().ok()?)));
            parts.ok_or_else(|| super::bad_cursor(text))?
        }
    };
    let mut found: Vec<(TimelineEntry, String)> = Vec::new();
    while n != 0 && found.len() < wanted {
        let row = one(conn, signal::STEP_AT, [n], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let Some((prev, packed)) = row else { break };
        let lines: Lines = doc::read("step", &packed)?;
        for (place, line) in (1usize..).zip(lines.timeline.into_iter().rev()).skip(shown) {
            if filter.kinds.is_empty() || filter.kinds.contains(&line.kind) {
                found.push((line, format!("{n}.{place}")));
            }
        }
        (n, shown) = (prev, 0);
    }
    Ok(super::cut(found, wanted))
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
