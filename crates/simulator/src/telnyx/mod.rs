//! Telnyx Messaging: JSON requests in, JSON answers and webhooks signed with Ed25519 out.
//!
//! Written from Telnyx's pages "Send a message", "Receiving webhooks" and "Messaging error codes". To add an edge: a line in
//! `server.rs`. A code: a line in `codes.rs`.

mod codes;
mod error;
mod inbound;
mod lifecycle;
mod message;
mod send;
mod server;
mod state;

pub use message::TelnyxMessage;
pub use server::router;
pub use state::{TelnyxConfig, TelnyxState};
