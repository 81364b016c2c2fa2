//! The people of the world: who they are, what is on their phones, and how they behave.

mod actions;
mod actions_rich;
mod habits;
mod numbers;
mod outcomes;
mod person;
mod persona;
mod population;
mod thread;

pub use actions::ActError;
pub use actions_rich::{Attachment, RichMessage};
pub use habits::Deed;
pub use outcomes::{Outcome, OutcomeRule, Outcomes};
pub use person::{Person, PersonId, Window};
pub use persona::Persona;
pub use population::Population;
pub use thread::{Entry, Line, Row, Shown, ShownMedia, Tap, TapKind};
