//! Phone numbers: from what people type to E.164, and from the spellings of one number to one contact; and which senders of SMS its country takes.
//!
//! **Knows** nobody; it is the only crate that knows the numbering-plan library, which is slow to build. **Must never know** channels,
//! contacts or a store.
//!
//! To add a country whose WhatsApp spelling differs from its dialled one, add a rule to [`current`] or [`twin`] with its source. To add
//! a country's rule about senders: a row in `sender.rs` and in `docs/sms-senders.md`.

mod number;
mod sender;
mod spelling;

pub use number::{E164, PhoneError, country, is_valid, parse};
pub use sender::{NAME_MAX, Names, SENDER_RULES, SenderKind, SenderRefused, SenderRule, Sureness, check_sender, registration, sender_kind};
pub use spelling::{current, twin};
