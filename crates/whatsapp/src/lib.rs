//! The WhatsApp Cloud API's wire contract: what is sent, what arrives, how it is signed, what its errors mean.
//!
//! **Knows**: the JSON of the Graph API (version 26.0, tolerant of its neighbours), Meta's published limits, the error
//! table, webhook signatures. **Must never know**: sockets, clocks, randomness, stores, or any other crate of this
//! workspace; the product's own words (contact, journey, consent) do not occur here, and no field name of Meta's may
//! occur outside the crates that speak to it.
//!
//! Two attitudes: outbound types are strict (`validate()` names each broken rule before Meta would), inbound types are
//! lenient (an unknown field, type or value is kept and never an error; one broken update does not lose its neighbours).
//!
//! To add the next webhook field: a struct under `webhook/`, a variant in [`webhook::UpdateKind`], one line in
//! `webhook/classify.rs`, and a payload under `fixtures/whatsapp/webhooks`. To add the next message type: a file under
//! `message/`, a variant in [`message::Body`] or [`message::Interactive`], and a line in `tests/outbound.rs`.

mod wire;

pub mod error;
pub mod escape;
pub mod form;
pub mod handshake;
pub mod limits;
pub mod manage;
pub mod media;
pub mod message;
pub mod number;
pub mod pricing;
pub mod signature;
pub mod status;
pub mod template;
pub mod validate;
pub mod wamid;
pub mod webhook;

pub use wire::repair_surrogates;
