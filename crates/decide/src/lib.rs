//! One contact's state and one signal become a new state and everything that follows from it.
//!
//! **Knows** the pure crates, and the [`storage::Decider`] port that it implements. **Must never know** I/O, a clock, randomness or async:
//! time is the signal's arrival time, random draws are keyed by the signal's id, the catalogue comes in as a value. Therefore the same signals
//! give the same decisions, bit for bit.
//!
//! Rooms are kinds of signals: [`event`], [`inbound`], [`receipt`], [`send`] (planning, hand-off, results; [`at_once`], both in one step), [`agent`]. What they share is the
//! [`work`] bench: the state, the changes so far, and how the outcomes of a journey's step are carried out.
//!
//! To add a kind of signal: a variant in `model::signal::SignalBody`, a room here, a line in [`core`], a case in `tests/`.

mod address_change;
mod advert;
mod agent;
mod alarm;
mod amend;
mod at_once;
mod audience;
mod broadcast;
mod catalogue;
mod compliance;
mod consent;
mod contact;
mod contest;
mod core;
mod deliver;
mod elsewhere;
mod engagement;
mod event;
mod form;
mod identity;
mod inbound;
mod inbox;
mod media;
mod past;
mod phone;
mod receipt;
mod result;
mod runs;
mod send;
mod state;
mod wake;
mod why;
mod work;

pub use agent::purpose_of_reply;
pub use alarm::alarm_scope;
pub use amend::EarlyChange;
pub use audience::{Candidate, Preview};
pub use broadcast::{BroadcastPhase, RunningBroadcast};
pub use catalogue::{Catalogue, ComplianceTexts, JourneyState, Published, Queue, Subscription};
pub use core::Core;
pub use state::{ContactState, StateError};
pub use why::{WhyNot, why_not};
pub use work::{REFUSED_ELSEWHERE, contact_row};
