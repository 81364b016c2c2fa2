//! A PostgreSQL server to throw away, for tests and measurements.
//!
//! **Knows** where distributions put PostgreSQL's programs and how a server is made, started, killed and removed. **Must never know** what
//! anybody keeps in it; the product itself does not depend on this crate.
//!
//! Invariant: a server never outlives the process that started it, however that process ended: a watchdog holds the other end of a pipe.
//! Boundary: a server listens on loopback and on a socket in its own folder, and trusts who reaches it.
//!
//! [`database`] is what tests want: a fresh database on the server that [`VARIABLE`] names, or on one that this process starts for itself.
//! [`Server::start`] is for those who want a server of their own, with durability, to kill it. To add a setting: a line in [`Settings`].

mod database;
mod error;
mod pooler;
mod programs;
mod server;
mod settings;
mod watchdog;

pub use database::{Database, VARIABLE, database};
pub use error::ServerError;
pub use pooler::Pooler;
pub use programs::Programs;
pub use server::Server;
pub use settings::Settings;
