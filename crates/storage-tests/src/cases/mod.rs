//! The cases, by subject.

pub mod atomic;
pub mod dedupe;
pub mod deliveries;
pub mod documents;
pub mod history;
pub mod inbox;
pub mod isolation;
pub mod leases;
pub mod lists;
pub mod moving;
pub mod orphans;
pub mod outbox;
pub mod parked;
pub mod recipients;
pub mod resolve;
pub mod running;
pub mod wakes;
