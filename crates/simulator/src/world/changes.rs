//! What a live view needs to hear.

use serde::Serialize;

use crate::people::PersonId;

/// A hint that something changed; the reader fetches what it shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "changed", rename_all = "snake_case")]
pub enum Change {
    Exchange { seq: u64 },
    Phone { person: PersonId },
    Template { id: String },
    Knobs,
    Reset,
}
