//! A contact's row as the signals so far left it.

use model::{ContactId, Timestamp};
use tokio_postgres::Row;

use crate::query::Standing;
use crate::value::Uid;

/// The columns that [`Held::read`] reads.
macro_rules! held {
    ($before:literal, $after:expr) => {
        concat!("SELECT ", $before, "c.n, c.ws, c.id, c.due_at, c.next_wake, c.thread, c.runs, c.state FROM ", $after)
    };
}
pub(super) use held;

pub(super) struct Held {
    pub(super) ws: i32,
    pub(super) id: ContactId,
    /// The wake is not before this.
    pub(super) due_at: Option<i64>,
    pub(super) next_wake: Option<Timestamp>,
    /// The conversation that has a row.
    pub(super) thread: Option<Uid>,
    /// The runs that have rows and have not ended.
    pub(super) runs: Vec<[u8; 16]>,
    pub(super) state: Vec<u8>,
    pub(super) new: bool,
    pub(super) moved: bool,
}

impl Held {
    pub(super) const fn new(ws: i32, id: ContactId, state: Vec<u8>, next_wake: Option<Timestamp>) -> Self {
        Self { ws, id, due_at: None, next_wake, thread: None, runs: Vec::new(), state, new: true, moved: false }
    }

    /// The row from a column on, with its number; nothing where there is no contact.
    pub(super) fn read(row: &Row, from: usize) -> Option<(i64, Self)> {
        let n = row.get::<_, Option<i64>>(from)?;
        let held = Self {
            ws: row.get(from + 1),
            id: ContactId::from_bytes(row.get::<_, Uid>(from + 2).0),
            due_at: row.get(from + 3),
            next_wake: row.get::<_, Option<i64>>(from + 4).map(Timestamp::from_millis),
            thread: row.get(from + 5),
            runs: row.get::<_, &[u8]>(from + 6).as_chunks().0.to_vec(),
            state: row.get(from + 7),
            new: false,
            moved: false,
        };
        Some((n, held))
    }

    /// After a signal. The row is written whatever has changed: that is how another node's step at the same moment is found out.
    pub(super) fn step(&mut self, state: Vec<u8>, next_wake: Option<Timestamp>) {
        (self.state, self.next_wake, self.moved) = (state, next_wake, true);
        // A wake that goes away or becomes later leaves the index as it is, until somebody asks who is due.
        let wake = next_wake.map(Timestamp::as_millis);
        if wake.is_some_and(|wake| self.due_at.is_none_or(|due| wake < due)) {
            self.due_at = wake;
        }
    }

    /// Takes a run up, or off when it has ended. Answers what was known of its row before.
    pub(super) fn lists_run(&mut self, id: Uid, active: bool) -> Standing {
        let place = self.runs.iter().position(|run| *run == id.0);
        match (place, active) {
            (Some(_), true) => Standing::Known,
            (Some(place), false) => {
                self.runs.remove(place);
                Standing::Known
            }
            // Who has ended does not begin again.
            (None, true) => {
                self.runs.push(id.0);
                Standing::New
            }
            (None, false) => Standing::Unsure,
        }
    }
}
