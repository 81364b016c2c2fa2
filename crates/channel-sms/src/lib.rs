//! Twilio's Programmable Messaging: SMS and MMS ([`Twilio`]) and RCS ([`TwilioRcs`]), each as a [`channel::Adapter`].
//!
//! **Knows** Twilio's API and webhooks, the port of `channel`, the product's words of `model`, and `http-client` as the only way out. **Must
//! never know** stores, journeys or clocks, nor let a field name of Twilio's through.
//!
//! An adapter is the way out and, by [`channel::Adapter::receive`], the way in; both share the API, the webhooks and their signature. What a text costs is counted by `policy::price`. Error codes meet the product's closed list of remedies in `errors.rs`.
//!
//! To map a new code: a row in `errors.rs`. To add another provider of SMS: a folder beside these files, and a `channel::Provider` variant.

mod adapter;
mod api;
mod capability;
mod checkup;
mod errors;
mod form;
mod inbound;
mod media;
mod outbound;
mod rcs;
mod receive;
mod settle;
mod signature;
mod status;

#[cfg(test)]
mod tests;

pub use adapter::Twilio;
pub use capability::SHEET;
pub use rcs::{RCS_SHEET, TwilioRcs};
