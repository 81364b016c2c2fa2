//! Reading scenario files, strictly: every member is known or an error with its place.

mod expectations;
mod head;
mod source;
mod steps;

pub use head::read_scenario;
