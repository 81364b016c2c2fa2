//! The pure step function: one run and one input in; the run, effects and events out.
//!
//! A run *stands* in one step and has at most a few timers. Every input first settles what it means (an exit before
//! everything else), then the run travels along edges until it stands again or ends.

mod events;
mod human;
mod kept;
mod machine;
mod replies;
mod sends;
mod timers;

use model::RunId;

use crate::definition::Journey;
use crate::run::{EventView, Input, RunState, StepEnv, StepOutcome};
use machine::Machine;

/// Starts a run that [`crate::admit`] let in, and advances it until it waits or ends.
#[must_use]
pub fn enter<'a>(def: &'a Journey, run: RunId, instance_key: String, event: &'a EventView<'a>, env: &'a StepEnv<'a>) -> StepOutcome {
    Machine::enter(def, run, instance_key, event, env).outcome()
}

/// Advances one run until it waits or ends. Never blocks, never fails for operating reasons.
#[must_use]
pub fn step<'a>(def: &'a Journey, run: RunState, input: Input<'a>, env: &'a StepEnv<'a>) -> StepOutcome {
    let mut machine = Machine::new(def, run, env);
    match input {
        Input::Event(event) => machine.event(event),
        Input::Reply { answers, content, at } => machine.reply(answers, content, at),
        Input::Due => machine.due(),
        Input::Send { step, visit, message, news } => machine.news(step, visit, message, news),
        Input::Stop { reason } => machine.stop(reason),
    }
    machine.outcome()
}
