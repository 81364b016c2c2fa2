//! What goes wrong, and where: in the store, on the wire out, on the wire in. Every fault is a draw of the play's seed.

mod chaos;
mod plant;
mod sink;
mod store;
mod wire;

pub use chaos::{Call, Chaos, Mood};
pub use plant::Plant;
pub use sink::PlaySink;
pub use store::ChaosStore;
pub use wire::{ChaosWire, Place};
