//! Sessions with a message centre.

mod bind;
mod connection;
mod jobs;
mod line;
mod pace;
mod stop;

pub(crate) use jobs::Job;
pub(crate) use line::{State, hold};
use stop::stopped;
