//! The dispatcher: takes queued messages at the pace that senders allow, asks the gate once more, calls the provider, reports back.
//!
//! `tick` chooses, `till` knows what a sender may still do, `shared`, `crowds` and `people` what several may together, `call` hands over and reports; `ahead` keeps calls free for steps that plan a message
//! and hand it over at once. The order is the store's: agents' replies, then
//! transactional and service messages, then promotional ones, the oldest first within each class. Senders do not wait for one another.

mod ahead;
mod call;
mod crowds;
mod desk;
mod inside;
mod people;
mod shared;
mod tick;
mod till;

pub(crate) use ahead::Ahead;
pub use tick::{Dispatcher, Spawning};
