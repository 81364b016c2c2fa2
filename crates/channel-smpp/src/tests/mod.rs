//! Our sessions against the simulated message centre, over real connections.

mod centre;
mod faults;
mod garbage;
mod golden;
mod sending;
mod stranger;
mod tls;
mod trial;
mod writing;
