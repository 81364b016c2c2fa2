//! The journey language: its compiler, and the pure step function.
//!
//! **Knows** the model, and conditions and texts through `expr`. **Must never know** a store, a clock, a provider's field
//! names, or whether a message may go out: it says what it wants sent, and the gate decides.
//!
//! * [`compile`] reads a file and finds everything that is wrong with it; a [`Journey`] exists only when nothing is.
//! * [`admit`] says whether an event starts a run, [`enter`] starts it, [`step`] advances it.
//! * [`render_send`] says what a message would say now; [`graph()`] draws the journey.
//! * [`compile_broadcast`] reads the file of a broadcast: the same sends, conditions and texts, for many people at once.
//!
//! To add a step kind: its shape in `definition.rs`, how it is read in a file of `compile/`, its edges in `graph.rs`, what
//! it does in a file of `step/`, golden cases in `testdata/`, its page in `docs/journeys.md` and the JSON Schema.

mod admit;
mod broadcast;
mod calendar;
mod compile;
mod conditions;
mod definition;
mod diagnostic;
mod fill;
mod graph;
mod limits;
mod nearest;
mod plain;
mod render;
mod run;
mod scope;
mod step;
mod template_call;
pub mod template_file;
mod template_parts;
mod text;
mod yaml;

pub use admit::{Admission, admit};
pub use broadcast::{Audience, Broadcast, CompiledBroadcast};
pub use compile::{CompileContext, Compiled, WorkspaceSchema, compile, compile_broadcast, reload, reload_broadcast};
pub use conditions::Expression;
pub use definition::*;
pub use diagnostic::{Diagnostic, Severity};
pub use graph::{Edge, EdgeKind, Graph, Node, graph};
pub use nearest::nearest;
pub use plain::{Places, read_yaml, read_yaml_placed};
pub use render::render_send;
pub use run::{
    Asked, Attempt, AttemptState, Converted, Effect, EventView, Given, Input, Kept, PastRun, Position, RunEvent, RunState, SendNews,
    Status, StepEnv, StepOutcome, Taken, Waiting,
};
pub use step::{enter, step};
pub use template_call::{template_call, template_variables};
pub use text::Text;
