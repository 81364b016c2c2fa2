//! The embedded store: one SQLite file, a thread that decides, one that writes, a few readers beside them.
//!
//! **Knows** `model`, `storage` and SQL. **Must never know** what a contact's state means, what a rule says, or the time: every moment
//! comes in with a signal or an argument.
//!
//! How it works. Callers hand work to the [`writer`] over a channel. One thread takes what has arrived, decides and packs it; another writes
//! whatever was decided while its last commit ran in one transaction (`BEGIN IMMEDIATE`, WAL, `synchronous = FULL`) and answers after the
//! commit: groups form by themselves, one fsync serves many. What is decided before its forerunners are stored is decided from what a read
//! connection finds and what the memory holds beside that; work that must see its own rows waits until all before it is stored, and is done where
//! it is written; what stands behind a commit that fails is decided again. Reads run on the [`readers`]' own connections and see the last
//! commit. Nothing here needs an async runtime.
//!
//! What a step costs is the pages that it touches. So everything that moves with a contact stands in its one row, rows that are only appended
//! are chained from there and have no index by contact, records are kept [`packed`], rows that several steps of a group change are written
//! once ([`writer`]'s `held`), and when contacts wake is kept in memory ([`wakes`]).
//!
//! Invariant: what a signal changes is committed whole or not at all; a signal that fails alone is parked in the same commit.
//! Boundary: no other crate says SQL. Statements live in [`sql`], each with its reader and its index.
//!
//! To add a use case: its statement in `sql/<subject>.rs`, its reading in `read/<subject>.rs` or its writing in `writer/`, one line in
//! `port.rs`. To change the schema: a new numbered file in `migrations/`, listed in `migrate.rs`; shipped files never change.

mod backup;
mod doc;
mod error;
mod hashes;
mod json;
mod leases;
mod lock;
mod logged;
mod migrate;
mod open;
mod options;
mod port;
mod read;
mod readers;
mod rows;
mod sql;
mod store;
mod wakes;
mod writer;

pub use options::{Options, ReadAhead};
pub use store::SqliteStore;
