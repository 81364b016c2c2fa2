//! Phone numbers: from what people type to E.164, and from two spellings of one WhatsApp account to one contact.
//!
//! **Knows** nobody; it is the only crate that knows the numbering-plan library, which is slow to build. **Must never know** channels,
//! contacts or a store.
//!
//! To add a country whose WhatsApp spelling differs from its dialled one, add a rule to [`match_keys`] with its source.

mod match_key;
mod number;

pub use match_key::match_keys;
pub use number::{E164, PhoneError, country, is_valid, parse};
