//! Who may do what: keys, sessions, roles, scopes, and the one place that asks.
//!
//! Every operation states its scope in the OpenAPI document; [`authorize`] reads that document and lets nothing pass that it does not
//! name. An operation without a scope is public only if [`PUBLIC`] lists it, and that list may only shrink.

mod audit;
mod authorize;
mod bootstrap;
mod cookie;
mod csrf;
mod identify;
mod known_keys;
mod limiter;
mod link;
mod password;
mod principal;
mod scope;
mod session;
mod token;

pub(crate) use audit::audit;
pub use authorize::{PUBLIC, Rules};
pub(crate) use authorize::{authorize, guard_demo, pass};
pub use bootstrap::{BootstrapError, NewOwner, bootstrap_owner};
pub(crate) use cookie::{clear_cookie, cookie_of, set_cookie};
pub(crate) use csrf::same_origin;
pub(crate) use known_keys::KnownKeys;
pub use limiter::Limiter;
pub(crate) use link::redeem_link;
pub use link::sign_in_link;
pub use password::Passwords;
pub use principal::{Actor, PeerAddress, Principal};
pub use scope::{Role, Scope};
pub(crate) use session::{end_session, find_session, session_is_over, start_session};
pub(crate) use token::{Token, sha256_hex, signing_secret};
