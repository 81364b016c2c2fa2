//! The inbox's rules: how cases open, change hands and close on a contact's permanent thread.
//!
//! **Knows** `model`. **Must never know** a journey, a store or a channel's API. Pure: time and ids come in as values.
//!
//! Invariant (R-INB-3): the thread is for ever, a case is an episode on it; at most one case is open at a time.
//! Invariant (R-INB-4): while a case waits or is owned, no bot answers; only an agent's act or a resolution ends that.
//!
//! To add an agent's act: a variant in `model::signal::AgentAct`, its rule in [`acts`], a test here.

pub mod acts;
mod case;
mod thread;

pub use acts::{ActError, Acted};
pub use case::{OpenCase, open_case};
pub use thread::{human_owns, new_thread, on_amended, on_inbound, on_outbound, on_past};
