//! WhatsApp by Meta's Cloud API, as a [`channel::Adapter`].
//!
//! **Knows** the wire types of `whatsapp`, the port of `channel`, the product's words of `model`, and `http-client` as the only way out.
//! **Must never know** stores, journeys or clocks, nor let a field name of Meta's through: what leaves here are the product's own words.
//!
//! One way out: [`Whatsapp`] sends, settles, fetches media, submits templates. One way in: [`verify`] and [`receive`] turn a webhook body
//! into [`channel::Received`]. Error codes meet the product's closed list of remedies in `errors.rs`.
//!
//! To add a kind of content: a match arm in `outbound.rs`. To understand a new webhook field: a match arm in `receive.rs`.

mod adapter;
mod capability;
mod checkup;
mod coexistence;
mod conversions;
mod errors;
pub mod forms;
mod graph;
mod inbound;
mod media;
mod numbers;
mod outbound;
mod people;
mod presence;
mod receipt;
mod receive;
mod reports;
mod settle;
mod templates;
mod verify;

#[cfg(test)]
mod tests;

pub use adapter::Whatsapp;
pub use capability::SHEET;
pub use numbers::{AppData, NumberState, Profile};
pub use receive::receive;
pub use templates::{RemoteTemplate, says_the_same};
pub use verify::{handshake, sign, verify};
