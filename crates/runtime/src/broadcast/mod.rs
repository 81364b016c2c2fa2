//! Broadcasts at work: what people ask of them, and the loop that carries them out.
//!
//! A broadcast is a document; each recipient is a row. The loop first writes the rows down (freezing), then comes to them one by one: it submits
//! one signal for each, keyed by broadcast and contact, and the step that decides about the contact moves the row. A process that dies anywhere
//! leaves rows that are still pending, and the next one goes on with those.
//!
//! Planning keeps only a little ahead of sending, so that a pause acts at once and consent is judged late: see [`plan`].

mod acts;
mod error;
mod freeze;
mod listed;
mod plan;
mod preview;
mod running;
mod stop;
mod ticking;

pub use acts::{BroadcastAsk, BroadcastPublication};
pub use error::BroadcastError;
pub use listed::{Added, RecipientRef, Refused};
pub use preview::{PreviewReport, PreviewSample};
pub use ticking::BroadcastLoop;
