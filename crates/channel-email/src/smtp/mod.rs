//! SMTP as a client: one connection, one mail after the other.

mod connect;
mod pool;
mod reply;
mod session;
mod wire;

pub(crate) use connect::{OpenError, Target};
pub(crate) use pool::Pool;
pub(crate) use reply::{Reply, status};
pub(crate) use session::{Handed, Parcel, Session};
pub(crate) use wire::{Stream, Wire};
