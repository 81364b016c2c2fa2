//! Conditions and personalised text: parse once, check against a schema, evaluate as often as needed.
//!
//! * [`cel`]: conditions and small calculations in CEL's syntax and meaning (a stated subset, see the module), as a typed
//!   tree which the console edits.
//! * [`liquid`]: personalised text (a stated subset and a few additions, see the module).
//!
//! **Knows**: values ([`model::Value`]), moments, zones, the two grammars, and where in a source something stands.
//! **Must never know**: contacts, journeys, stores, channels; the machine's clock (`now` is a variable like any other);
//! randomness; the network. Every evaluation is total: bounded by fuel, free of panics, the same for the same input.
//!
//! To add a function of conditions: its type in `cel/signatures.rs`, its meaning in `cel/functions.rs` (moments in
//! `cel/moments.rs`), a case in `tests/conditions.rs`. To add a filter of texts: one line in the table of `liquid/filters/mod.rs`, the
//! function in the file of its subject, golden cases in `tests/liquid_golden.txt`. Both are then described in
//! `docs/expressions.md`.

pub mod cel;
mod duration;
mod env;
pub mod liquid;
mod nearest;
mod span;
mod zone;

pub use duration::{DurationError, parse_duration};
pub use env::{Env, Roots};
pub use span::{Position, Span};
pub use zone::parse_zone;
