//! Other people's systems: events that come in signed, and events that go out signed.
//!
//! **Knows** `model` and the Standard Webhooks specification. **Must never know** a store or a clock.
//!
//! To add a source with a contract of its own (a shop, a help desk): a file with its signature check and its mapping to [`source::Event`].

pub mod endpoint;
pub mod source;
pub mod standard_webhooks;
