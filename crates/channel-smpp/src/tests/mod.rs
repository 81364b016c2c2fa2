//! Our sessions against the simulated message centre, over real connections.

mod centre;
mod faults;
mod sending;
mod stranger;
mod writing;
