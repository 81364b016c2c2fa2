//! Scenarios: a day in a journey's life, played against the simulated world on a virtual clock, and what must be true of it.
//!
//! **Knows** the stage and the store's read side. The format is described in `gallery/README.md`; whatever a file says beyond it is an error
//! with its line, because an expectation that nobody reads can never fail.
//!
//! [`story`] is what a file says, [`read`] reads it, [`player`] plays it, [`act`] does what happens, [`expect`] looks whether what is
//! expected holds.
//!
//! To add something that can happen: a variant in [`story`], its members in `read/steps.rs`, what it does in `act.rs`, a line in the
//! table of `gallery/README.md`. To add an expectation: the same with `read/expectations.rs` and a file in `expect/`.

mod act;
mod expect;
mod folder;
mod player;
mod read;
mod record;
mod report;
mod story;

pub use folder::{Folder, play};
pub use player::{Played, play_scenario};
pub use read::read_scenario;
pub use report::Report;
pub use story::Scenario;
