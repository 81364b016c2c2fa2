//! SMS by SMPP 3.4, as a [`channel::Adapter`] that holds a connection to each sender's message centre (SMSC).
//!
//! **Knows** the protocol (octets by the codec `rusmpp`, sessions by our own loop), the port of `channel`, the product's words of `model`, and
//! the guard of `http-client`, which says where a connection may go. **Must never know** stores, journeys or clocks.
//!
//! Invariant: a delivery is acknowledged only after the inlet says that it is durable; what is given twice has the same key.
//! Invariant: a message is refused only when the centre said so; without an answer its outcome is unknown.
//!
//! To add a code: a row in `errors.rs`. A new dialect of receipts: `receipt.rs` (text), `arrival.rs` (parameters), `ids.rs` (ids), each
//! with a line in its table of tests.

mod adapter;
mod arrival;
mod books;
mod capability;
mod errors;
mod ids;
mod intake;
mod octets;
mod receipt;
mod session;
mod shelf;
mod submit;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod wire;

pub use adapter::Smpp;
pub use capability::SHEET;
pub use octets::read_octets;
