//! What every store must do, as tests that any backend runs unchanged.
//!
//! **Knows** `model` and `storage`. **Must never know** a backend: it sees a [`Backend`] that makes fresh stores and a `dyn Store`.
//!
//! A backend's test file is one line: `storage_tests::suite!(MyBackend);`. What only one backend can do wrong (files, locks, servers) is
//! tested in that backend's own crate, with the same [`Script`]s and [`make`] helpers.
//!
//! To add a promise: write it into the trait's docs in `storage`, add a function to the file in `cases/` that has its subject, and name it
//! in [`suite!`].

pub mod backend;
pub mod cases;
pub mod decider;
pub mod make;
mod suite;

pub use backend::Backend;
pub use decider::{Script, ScriptedDecider, Trace};
