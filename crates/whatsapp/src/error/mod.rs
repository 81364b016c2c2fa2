//! Errors of the Graph API: how they are written, what they mean, what a good sender does.
//!
//! Logic is built on `code` and on nothing else: titles change and subcodes are deprecated. The same code may come in
//! the HTTP answer or later in a `failed` status.

mod classify;
mod object;
mod table;
mod table_platform;
mod table_send;
mod table_setup;

pub use classify::{Class, classify};
pub use object::{ErrorData, ErrorEnvelope, ErrorObject};
pub use table::{Action, Rule, Scope, find, rules};
