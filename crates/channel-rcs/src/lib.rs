//! RCS by Google's RCS for Business API, as a [`channel::Adapter`].
//!
//! **Knows** the API (agent messages, events, tokens of service accounts), the port of `channel`, the product's words of `model`, and `http-client`
//! as the only way out. **Must never know** stores, journeys, or a field name beyond this crate.
//!
//! A message has a time to live: a phone that has not got it by then is not going to, the provider says so, and the journey takes its
//! *not delivered* edge. Our message's id is the provider's too, so every event names its message and a message cannot be taken twice.
//!
//! To add a kind of content: an arm in `content.rs`. To add an event: an arm in `receive.rs`; until then it is kept and shown.

mod adapter;
mod content;
mod errors;
mod ids;
mod receive;
mod token;

pub use adapter::{Rcs, SHEET};
pub use token::{KeyError, check_key};
