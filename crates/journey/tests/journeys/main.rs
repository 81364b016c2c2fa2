//! What journeys do, and what is wrong with bad ones.

mod faults;
mod gallery;
mod golden;
mod random;
mod schema;
mod support;
mod template_parts;
