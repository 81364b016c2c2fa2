//! The event step: one business event that leads to one message, from its acceptance to the provider's recorded answer.
//!
//! Ours is the real core on a real store, fed as the product feeds it: events from callers that do not know of one another, results from one
//! dispatcher, two signals for each event, because the sender has room and the message leaves with the step that plans it; groups form by
//! themselves while the last commit runs. The yardstick is
//! [`crate::naive`], on the same people, in turns.

mod course;
mod measure;
mod on_postgres;
mod parcel;
mod people;

pub use measure::sqlite;
pub use on_postgres::measure as postgres;
pub use parcel::{Maker, START, WORKSPACE, core};
