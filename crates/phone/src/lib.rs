//! Phone numbers: from what people type to E.164, and from the spellings of one number to one contact.
//!
//! **Knows** nobody; it is the only crate that knows the numbering-plan library, which is slow to build. **Must never know** channels,
//! contacts or a store.
//!
//! To add a country whose WhatsApp spelling differs from its dialled one, add a rule to [`current`] or [`twin`] with its source.

mod number;
mod spelling;

pub use number::{E164, PhoneError, country, is_valid, parse};
pub use spelling::{current, twin};
