//! Decisions, timelines and the consent ledger.

use model::decision::DecisionRecord;
use model::timeline::{TimelineEntry, TimelineKind};
use model::{ContactId, DecisionId, LedgerEntry};
use storage::{DecisionFilter, LedgerFilter, Page, Paged, TimelineFilter};

use super::{Answer, after, contacts, doc, empty, page_of, wanted};
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
    OF_MESSAGE(INT4, INT8, INT8, UUID, TEXT, BOOL, INT8) = list!("message = $4");
    OF_CONTACT(INT4, INT8, INT8, UUID, TEXT, BOOL, INT8) = list!("contact = $3");
    OF_JOURNEY(INT4, INT8, INT8, UUID, TEXT, BOOL, INT8) = list!("journey = $5");
    LIST(INT4, INT8, INT8, UUID, TEXT, BOOL, INT8) = list!("true");

    TIMELINE(INT8, INT8, TEXT_ARRAY, INT8) =
        "SELECT n, doc FROM timeline WHERE contact = $1 AND n < $2 AND ($3::text[] IS NULL OR kind = ANY ($3)) ORDER BY n DESC LIMIT $4";

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
    let contact = match filter.contact {
        Some(id) => match contacts::number(pool, ws, id).await? {
            None => return Ok(empty()),
            known => known,
        },
        None => None,
    };
    let message = filter.message.map(|id| Uid(id.to_bytes()));
    let query = match (message, contact, &filter.journey) {
        (Some(_), _, _) => &OF_MESSAGE,
        (None, Some(_), _) => &OF_CONTACT,
        (None, None, Some(_)) => &OF_JOURNEY,
        (None, None, None) => &LIST,
    };
    page_of(pool, "decision", query, &[&ws, &after, &contact, &message, &filter.journey, &filter.silent, &wanted], wanted).await
}

pub(crate) async fn timeline(
    pool: &Pool,
    ws: i32,
    contact: ContactId,
    filter: &TimelineFilter,
    page: &Page,
) -> Answer<Paged<TimelineEntry>> {
    let (after, wanted) = (after(page, i64::MAX)?, wanted(page));
    let Some(contact) = contacts::number(pool, ws, contact).await? else { return Ok(empty()) };
    let kinds: Option<Vec<&str>> =
        if filter.kinds.is_empty() { None } else { Some(filter.kinds.iter().copied().map(TimelineKind::name).collect()) };
    page_of(pool, "timeline entry", &TIMELINE, &[&contact, &after, &kinds, &wanted], wanted).await
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
