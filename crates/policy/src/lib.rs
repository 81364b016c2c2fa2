//! The gate: whether a message may go, when, on which channel, in which form, and at what price.
//!
//! **Knows** `model` only. Everything else comes in as values: the time, the contact, consent, windows, what was sent before, the
//! rulebook, templates. **Must never know** a store, a clock, a provider's wire format or a journey.
//!
//! [`judge`] asks every rule and answers with a [`Ruling`]: a record that explains, and, when the message is about to be handed to a
//! provider and may go, a [`Decision`]. No other crate can make a `Decision`, and an adapter takes nothing else, so no path
//! reaches a provider around this crate (U13):
//!
//! ```
//! // Anybody may read one that the gate made …
//! fn address(decision: &policy::Decision) -> &model::AddressKey {
//!     decision.address()
//! }
//! ```
//!
//! ```compile_fail
//! // … and nobody may write one: the fields are private,
//! fn redirect(decision: policy::Decision, address: model::AddressKey) -> policy::Decision {
//!     policy::Decision { address, ..decision }
//! }
//! ```
//!
//! ```compile_fail
//! // it does not come out of JSON or any other form,
//! let forged: policy::Decision = serde_json::from_str("{}").unwrap();
//! ```
//!
//! ```compile_fail
//! // it has no default,
//! let forged = policy::Decision::default();
//! ```
//!
//! ```compile_fail
//! // and what grants it is the gate's own.
//! let grant = policy::Decision::grant;
//! ```
//!
//! Each rule lives in the file of its subject, as a struct of inputs that can be stored and asked again ([`explain::reevaluate`]).
//! To add one: write the file, implement [`rule::Rule`], ask it in [`gate`] at its place in the order, list it in `explain`.

pub mod address;
pub mod alarm;
pub mod caps;
pub mod channel_choice;
pub mod consent;
pub mod contest;
pub mod decision;
pub mod explain;
pub mod gate;
pub mod history;
pub mod hold;
pub mod holdout;
pub mod keywords;
pub mod lateness;
pub mod links;
pub mod pace;
pub mod price;
pub mod quiet_hours;
pub mod repeat;
pub mod rule;
pub mod rulebook;
pub mod sender;
pub mod template;
pub mod window;
pub mod zones;

pub use alarm::Alarm;
pub use caps::Cap;
pub use channel_choice::Chosen;
pub use consent::{Broken, ConsentBook, ConsentModel, ConsentModels, ConsentVerdict, Head, verify_chain};
pub use contest::{ContestSettings, Rank, Rival, Side, Weight};
pub use decision::{Decision, ForgedSeal, GateKey};
pub use gate::{GateInput, Ruling, TemplateLookup, judge};
pub use history::SendHistory;
pub use links::{LinkRules, ShortLink, Shortener};
pub use pace::{Pace, Paced};
pub use price::RateTable;
pub use quiet_hours::QuietHours;
pub use repeat::{RepeatSettings, Said};
pub use rulebook::{Rulebook, RulebookError};
pub use window::{WindowState, Windows};
