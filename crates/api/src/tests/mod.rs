//! Tests through the router.

mod access;
mod authorization;
mod broadcasts;
mod consent;
mod console;
mod contacts;
mod documents;
mod events;
mod front;
mod hostile;
mod idempotency;
mod inbox;
mod isolation;
mod journeys;
mod live;
mod recovery;
mod server;
mod session;
mod webhooks;
