//! Decisions, timelines and the consent ledger.

use model::decision::DecisionRecord;
use model::timeline::TimelineEntry;
use model::{ContactId, DecisionId, LedgerEntry};
use storage::{DecisionFilter, LedgerFilter, Page, Paged, TimelineFilter};

use super::{Answer, after, bad_cursor, contacts, cut, doc, empty, packed_page, page_of, wanted};
use crate::doc as packed;
use crate::logged::Lines;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::{Uid, clean};

macro_rules! list {
    ($which:literal) => {
        concat!(
            "SELECT n, doc FROM decision WHERE ws = $1 AND ",
            $which,
            " AND n < $2 AND ($3::int8 IS NULL OR contact = $3) AND ($4::uuid IS NULL OR message = $4)
              AND ($5::text IS NULL OR journey = $5) AND (NOT $6 OR silent) ORDER BY n DESC LIMIT $7"
        )
    };
}

queries! {
    GET(INT4, UUID) = "SELECT doc FROM decision WHERE ws = $1 AND id = $2";
    CONTACT_OF_MESSAGE(INT4, UUID) = "SELECT contact FROM message WHERE ws = $1 AND id = $2";
    OF_CONTACT(INT4, INT8, INT8, UUID, TEXT, BOOL, INT8) = list!("contact = $3");
    OF_JOURNEY(INT4, INT8, INT8, UUID, TEXT, BOOL, INT8) = list!("journey = $5");
    LIST(INT4, INT8, INT8, UUID, TEXT, BOOL, INT8) = list!("true");

    /// Steps of a contact, newest first.
    TIMELINE(INT8, INT8, INT8) = "SELECT n, doc FROM step WHERE contact = $1 AND n <= $2 ORDER BY n DESC LIMIT $3";

    /// In the order of its chain. The cursor is the position in the chain.
    LEDGER_OF_CONTACT(INT8, INT8, TEXT, TEXT, INT8) = "SELECT seq, doc FROM ledger
        WHERE contact = $1 AND seq > $2 AND ($3::text IS NULL OR (kind = $3 AND value = $4)) ORDER BY seq LIMIT $5";
    /// Over all contacts that ever had it.
    LEDGER_OF_ADDRESS(INT4, INT8, TEXT, TEXT, INT8) =
        "SELECT n, doc FROM ledger WHERE ws = $1 AND n > $2 AND kind = $3 AND value = $4 ORDER BY n LIMIT $5";
    LEDGER(INT4, INT8, INT8) = "SELECT n, doc FROM ledger WHERE ws = $1 AND n > $2 ORDER BY n LIMIT $3";
}

pub(crate) async fn get(pool: &Pool, ws: i32, id: DecisionId) -> Answer<Option<DecisionRecord>> {
    doc(pool, "decision", &GET, &[&ws, &Uid(id.to_bytes())]).await
}

pub(crate) async fn list(pool: &Pool, ws: i32, filter: &DecisionFilter, page: &Page) -> Answer<Paged<DecisionRecord>> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let message = filter.message.map(|id| Uid(id.to_bytes()));
    let contact = match (filter.contact, message) {
        (Some(id), _) => match contacts::number(pool, ws, id).await? {
            None => return Ok(empty()),
            known => known,
        },
        // A message is one contact's, and that is the smaller list to look through. One that was never stored is searched everywhere.
        (None, Some(id)) => pool.one(&CONTACT_OF_MESSAGE, &[&ws, &id]).await?.map(|row| row.get(0)),
        (None, None) => None,
    };
    let query = match (contact, &filter.journey) {
        (Some(_), _) => &OF_CONTACT,
        (None, Some(_)) => &OF_JOURNEY,
        (None, None) => &LIST,
    };
    packed_page(pool, "decision", query, &[&ws, &after, &contact, &message, &filter.journey, &filter.silent, &wanted], wanted).await
}

/// A page may end within a step, so a place is a step and how many of its lines were shown.
pub(crate) async fn timeline(
    pool: &Pool,
    ws: i32,
    contact: ContactId,
    filter: &TimelineFilter,
    page: &Page,
) -> Answer<Paged<TimelineEntry>> {
    let wanted = wanted(page);
    let room = usize::try_from(wanted).unwrap_or(usize::MAX);
    let Some(contact) = contacts::number(pool, ws, contact).await? else { return Ok(empty()) };
    let (mut last, mut shown) = match &page.after {
        None => (i64::MAX, 0),
        Some(text) => {
            let parts = text.split_once('.').and_then(|(n, shown)| Some((n.parse().ok()?, shown.parse().ok()?)));
            parts.ok_or_else(|| bad_cursor(text))?
        }
    };
    let mut found: Vec<(TimelineEntry, String)> = Vec::new();
    while found.len() < room {
        let rows = pool.query(&TIMELINE, &[&contact, &last, &wanted]).await?;
        for row in &rows {
            let n: i64 = row.get(0);
            let lines: Lines = packed::read("step", row.get(1))?;
            // Only the step that the page begins in was shown in part.
            let skip = if n == last { shown } else { 0 };
            for (place, line) in (1usize..).zip(lines.timeline.into_iter().rev()).skip(skip) {
                if filter.kinds.is_empty() || filter.kinds.contains(&line.kind) {
                    found.push((line, format!("{n}.{place}")));
                }
            }
        }
        match rows.last() {
            Some(row) if rows.len() >= room => (last, shown) = (row.get::<_, i64>(0) - 1, 0),
            _ => break,
        }
    }
    Ok(cut(found, wanted))
}

pub(crate) async fn ledger(pool: &Pool, ws: i32, filter: &LedgerFilter, page: &Page) -> Answer<Paged<LedgerEntry>> {
    const WHAT: &str = "consent entry";
    let (after, wanted) = (after(page, i64::MIN)?, wanted(page));
    let kind = filter.address.as_ref().map(|key| key.kind.as_str());
    let value = filter.address.as_ref().map(|key| clean(&key.value));
    match (filter.contact, &filter.address) {
        (Some(id), _) => match contacts::number(pool, ws, id).await? {
            None => Ok(empty()),
            Some(contact) => page_of(pool, WHAT, &LEDGER_OF_CONTACT, &[&contact, &after, &kind, &value, &wanted], wanted).await,
        },
        (None, Some(_)) => page_of(pool, WHAT, &LEDGER_OF_ADDRESS, &[&ws, &after, &kind, &value, &wanted], wanted).await,
        (None, None) => page_of(pool, WHAT, &LEDGER, &[&ws, &after, &wanted], wanted).await,
    }
}
