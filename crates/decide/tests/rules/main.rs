//! What rules promise about a contact's whole history, shown through the core itself.

mod alarm;
mod amend;
mod at_once;
mod contest;
mod fallback;
mod golden_states;
mod identity;
mod late;
mod parked;
mod past;
mod phone;
mod pressure;
mod quiet_runs;
mod world;
