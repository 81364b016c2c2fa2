//! A broadcast to everybody: writing the audience down, then the gate, the text, the message and the row for each recipient; and a process that
//! is killed in the middle of it.

mod killed;
mod measure;
mod stage;

pub use killed::plan_until_killed;
pub use measure::measure;
