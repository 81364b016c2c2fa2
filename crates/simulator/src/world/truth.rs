//! What really reached the phones: the judge's table for tests.

use model::Timestamp;
use serde::Serialize;

use super::World;
use crate::people::{Line, PersonId};

/// One message that a phone received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthRow {
    pub seq: u64,
    pub at: Timestamp,
    pub person: PersonId,
    pub phone: String,
    pub line: Line,
    pub business: String,
    pub id: String,
    /// The sender's own reference, when it gave one.
    pub opaque: Option<String>,
    pub kind: String,
    pub text: String,
    /// The same message was on this phone before.
    pub duplicate: bool,
}

impl World {
    /// Everything that phones received from the business, in the order of arrival.
    #[must_use]
    pub fn ground_truth(&self) -> Vec<TruthRow> {
        let mut rows: Vec<TruthRow> = Vec::new();
        for person in self.people.iter() {
            let duplicates: Vec<u64> = person.duplicates().iter().map(|entry| entry.seq).collect();
            rows.extend(person.thread.iter().filter(|entry| entry.from_business).map(|entry| TruthRow {
                seq: entry.seq,
                at: entry.at,
                person: person.id,
                phone: person.phone.clone(),
                line: entry.line,
                business: entry.business.clone(),
                id: entry.id.clone(),
                opaque: entry.opaque.clone(),
                kind: entry.kind.clone(),
                text: entry.shown.text.clone(),
                duplicate: duplicates.contains(&entry.seq),
            }));
        }
        rows.sort_by_key(|row| row.seq);
        rows
    }
}
