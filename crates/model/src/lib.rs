//! What things *are*: ids, contacts and their addresses, consent, messages and their content, money, signals, changes.
//!
//! **Knows** nobody: every other crate may use this one. **Must never know** a provider's field names, a store, a clock or a
//! random source; time and randomness come in through the [`Clock`] and [`Rng`] ports.
//!
//! To add a thing: give it a file of its own named after the noun, a prefixed id in [`id`], and a row in `GLOSSARY.md`. What the engine keeps in
//! a contact's state also declares its [`compact`] form, beside its fields.

pub mod address;
pub mod audit;
pub mod broadcast;
pub mod case;

pub mod change;
pub mod clock;
pub mod compact;
pub mod consent;
pub mod contact;
pub mod content;
pub mod conversion;
pub mod decision;
pub mod delivery;
pub mod draws;
pub mod id;
pub mod inbound;
pub mod json_text;
pub mod message;
pub mod money;
pub mod send_error;
pub mod sender;
pub mod signal;
pub mod template;
pub mod time;
pub mod timeline;
mod utc_text;
pub mod value;
pub mod zone;

pub use address::{Address, AddressKey, AddressKind, Channel, Reach};
pub use clock::{Clock, Rng};
pub use consent::{ConsentState, LedgerEntry, Purpose};
pub use draws::Draws;
pub use id::*;
pub use json_text::JsonText;
pub use message::{Direction, Message, MessageStatus};
pub use money::{Currency, Money};
pub use time::{Millis, Timestamp};
pub use value::Value;
