//! The dispatcher: takes queued messages at the pace that senders allow, asks the gate once more, calls the provider, reports back.
//!
//! `tick` chooses, `till` knows what a sender may still do, `call` hands over and reports. The order is the store's: agents' replies, then
//! transactional and service messages, then promotional ones, the oldest first within each class. Senders do not wait for one another.

mod call;
mod desk;
mod tick;
mod till;

pub use tick::{Dispatcher, Spawning};
