//! RCS by Google's RCS Business Messaging API (v1), as a [`channel::Adapter`].
//!
//! **Knows** Google's agent messages, events and tokens, the port of `channel`, the product's words of `model`, and `http-client` as the only way
//! out. **Must never know** stores or journeys, nor let a field name of Google's through.
//!
//! A message has a time to live: a phone that has not got it by then is not going to, Google says so, and the journey takes its *not delivered*
//! edge. Our message's id is the provider's too, so every event names its message and none is taken twice.
//!
//! What a phone can is asked before the first message to it (`phones.rs`); what holds when Google does not tell is the sender's rule. When another
//! channel takes a message's place it is asked back.
//!
//! To add a code: a row in `errors.rs`. To add a kind of event: an arm in `receive.rs`; until then it is kept and shown. To say another content:
//! `compose.rs`, and the sheet.

mod adapter;
mod compose;
mod errors;
mod ids;
mod key;
mod phones;
mod presence;
mod receive;
mod signature;
mod suggestion;
mod token;

pub use adapter::{Rcs, SHEET};
pub use key::{KeyError, check_key};
