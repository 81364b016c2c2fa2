//! The adapter against the simulated mail servers, and against servers that misbehave.

mod answers;
mod domain;
mod faults;
pub(crate) mod office;
mod postfix;
mod reports;
mod sending;
mod services;
mod stranger;
mod tracking;
