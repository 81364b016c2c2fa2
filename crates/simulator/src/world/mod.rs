//! The world: its state, its agenda, its journal, and the one loop that moves it.

mod agenda;
mod changes;
mod journal;
mod state;
mod tick;
mod truth;
mod webhooks;

pub use agenda::{Agenda, Event};
pub use changes::Change;
pub use journal::{Exchange, Journal, Party, note};
pub use state::{Fault, World};
pub use truth::TruthRow;
