//! The store for several nodes: PostgreSQL, or an engine that speaks as it does.
//!
//! **Knows** `model`, `storage` and SQL. **Must never know** what a contact's state means, what a rule says, or the time: every moment
//! comes in with a signal or an argument, and what the store does by itself goes by the server's clock.
//!
//! How it works. Callers' signals wait in a [`writer`] queue; a few workers, each with a connection, take what has gathered, never two of
//! them signals of one contact at a time. A batch is one transaction and two round trips: load in one snapshot whom the signals are about;
//! decide in memory; write every table with one statement (`unnest`) and commit. Other nodes may do the same to the same contacts: every
//! step changes its contact's row, so the server refuses whoever comes second (`REPEATABLE READ`), and unique keys whoever makes the same thing
//! twice. Who was refused once locks the contacts first, in the order of their numbers, so that it gets its turn.
//!
//! Invariant: what a signal changes is committed whole or not at all. An answer to a commit that got lost is found out by a row
//! that the commit leaves (`commit_mark`), so that a broken connection neither loses nor repeats a signal, whether it has a dedupe key or not.
//! Boundary: nothing lives in a session but prepared statements, and those only where no pooler is announced; no advisory locks.
//!
//! To add a use case: its reading in `read/<subject>.rs` or its writing in `writer/`, one line in `port.rs`. A new table is also a line in
//! `backup/tables.rs`. To change the schema: a new numbered file in `migrations/`, listed in `migrate.rs`; shipped files never change.

mod backup;
mod doc;
mod error;
mod json;
mod leases;
mod link;
mod logged;
mod migrate;
mod notices;
mod partitions;
mod pool;
mod port;
mod query;
mod read;
mod settings;
mod store;
mod tls;
mod upkeep;
mod value;
mod workspaces;
mod writer;

pub use backup::restore;
pub use settings::Settings;
pub use store::PostgresStore;
