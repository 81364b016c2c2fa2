//! Templates at Meta: handing ours in, taking in what is there, deleting.

mod definition;
mod remote;
mod samples;
mod submit;

#[cfg(test)]
pub(crate) use definition::definition;
pub use remote::{RemoteTemplate, says_the_same};
