//! Deterministic simulation: the real engine against the simulated world, on one thread, from one seed.
//!
//! A seeded scheduler picks who acts next: a loop of the product, a provider with its webhooks, a customer, an agent, an operator, the clock, a
//! crash. The product is real: decide, gate, dispatcher, adapters with their HTTP bytes, intake with its signatures, the SQLite store on a
//! file. Faults come from wrappers around its ports ([`faults`]); an independent judge ([`oracle`]) compares after every step what was asked, what
//! phones got and what the log says. Each seed is played twice, and both histories must be the same.
//!
//! **Knows** the loop's parts and the simulated world. **Must never know** the HTTP API or the program: what they do is the engine's calls.
//!
//! To add an act: a line in `play/acts.rs`. A fault: a variant in `faults/chaos.rs` and where it bites. An invariant: a file in `oracle/`, and a
//! test in `tests/` that breaks the product on purpose and sees it reported.

pub mod asks;
pub mod clock;
pub mod door;
pub mod faults;
mod history;
pub mod operators;
pub mod oracle;
pub mod play;
pub mod product;
pub mod seeds;
pub mod tenant;
