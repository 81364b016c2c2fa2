//! Sessions with a message centre.

mod bind;
mod connection;
mod jobs;
mod line;
mod pace;
mod stop;
mod trial;

pub(crate) use jobs::Job;
pub(crate) use line::{State, hold};
use stop::stopped;
pub(crate) use trial::try_bind;
