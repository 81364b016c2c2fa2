//! RCS for Business: a token for a signed statement, agent messages that live for a while, and signed events. Its own code for everything on
//! the wire.

mod events;
mod inbound;
mod lifecycle;
mod reading;
mod server;
mod state;

pub use server::router;
pub use state::{RbmAgent, RbmConfig, RbmKnobs, RbmMessage, RbmState, RbmStatus};
