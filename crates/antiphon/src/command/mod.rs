//! One file for each subcommand.

pub mod backup;
pub mod broadcast;
pub mod check;
pub mod demo;
pub mod doctor;
pub mod forms;
pub mod migrate;
mod offline;
mod output;
pub mod publish;
pub mod restore;
pub mod serve;
pub mod simulator;
pub mod test;
pub mod verify;
pub mod why;

pub use output::{Exit, Output};
