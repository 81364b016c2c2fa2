//! HTTP: the API and its description, sign-in and scopes, live updates, provider webhooks, and the console's files.
//!
//! **Knows** `model`, `storage`, `integrations`, and the running product through one port, [`engine::Engine`]. **Must never know** a
//! store's backend, a provider's field names, or how anything is decided: handlers read, hand in signals, and answer.
//!
//! Invariant: every operation passes [`auth`]'s choke point, which permits only what the OpenAPI document states. Invariant: every error
//! is a problem (RFC 9457), and internal text stays in the log. Time comes from clocks that are handed in; the two exceptions are tokio
//! timers that guard the server itself (slow headers, slow bodies, heartbeats, draining) and decide nothing.
//!
//! To add an operation: a file under `ops/<noun>/` with its types, documentation, scope and handler; a line in that folder's `routes`;
//! a test. Then `ANTIPHON_UPDATE=1 cargo test -p api` writes `docs/api/openapi.json` anew; the tests of authorization find it by themselves.

pub mod assets;
pub mod auth;
pub mod documents;
pub mod engine;
mod extract;
mod front;
mod layers;
mod once;
mod openapi;
mod ops;
mod page;
pub mod problem;
mod router;
pub mod schema;
mod server;
mod signals;
mod state;
mod sweep;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use auth::{NewOwner, PeerAddress, Principal, bootstrap_owner, sign_in_link};
pub use engine::{Engine, EngineError, LiveHub, NewSignal};
pub use front::Front;
pub use openapi::openapi_json;
pub use router::{front, front_with_demo, probes, router, router_with_demo};
pub use server::{Limits, serve};
pub use state::{ApiConfig, ApiState, SecretSource};
pub use sweep::{REPEATABLE, sweep};
