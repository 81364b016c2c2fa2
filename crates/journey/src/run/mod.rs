//! One contact's way through one journey: what is stored, what goes in, what comes out.

mod io;
mod state;

pub use io::{Converted, Effect, EventView, Input, RunEvent, SendNews, StepEnv, StepOutcome, Taken};
pub(crate) use state::ATTEMPTS_KEPT;
pub use state::{Asked, Attempt, AttemptState, Given, Kept, PastRun, Position, RunState, Status, Waiting};
