//! The binary's parts: it ties all crates together, and is the only one that names a store's backend.
//!
//! **Knows** everybody. [`backend`] answers the API from the runtime; [`app`] puts a product together; [`store`] knows where its data are; [`demo`] is the product with its
//! simulated world; [`stage`] puts product and world on one virtual clock; [`doctor`] walks a set-up hop by hop; [`scenario`] plays gallery scenarios on it; [`command`] holds one file for each subcommand.
//!
//! To add a subcommand: a file in `command/` with its arguments, its help text and its `run`; a line in `main.rs`.

pub mod app;
pub mod backend;
pub mod bucket;
pub mod command;
pub mod demo;
pub mod doctor;
pub mod first_start;
mod handed_out;
pub mod media_folder;
mod moved;
pub mod scenario;
pub mod stage;
pub mod store;
