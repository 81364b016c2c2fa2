//! SMS and MMS by Telnyx's messaging API (v2), as a [`channel::Adapter`]. It is also the worked example of "Add a provider" in CONTRIBUTING.
//!
//! **Knows** Telnyx's API and webhooks, the port of `channel`, the product's words of `model`, and `http-client` as the only way out. **Must
//! never know** stores, journeys or clocks, nor let a field name of Telnyx's through.
//!
//! To add a code: a row in `errors.rs`. To add a kind of event: an arm in `receive.rs`; until then it is kept and shown.

mod adapter;
mod errors;
mod receive;
mod signature;

pub use adapter::{SHEET, Telnyx};
