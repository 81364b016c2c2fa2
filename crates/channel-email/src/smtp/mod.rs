//! SMTP as a client: one connection, one mail after the other.

mod connect;
mod pool;
mod reply;
mod session;
mod tls;
mod wire;

pub(crate) use connect::{OpenError, Target};
pub(crate) use pool::Pool;
pub(crate) use reply::{Reply, status};
pub(crate) use session::{Handed, Parcel, Session};
pub use tls::is_authority;
pub(crate) use wire::{Stream, Wire};
