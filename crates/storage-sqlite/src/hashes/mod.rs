//! Hashes that lead to row numbers: dedupe keys to steps, providers' ids to messages. An index that is only appended to.
//!
//! A hash is anywhere among millions, so in a tree each new one would touch a page of its own, twice: in the log and in the file. Here new ones
//! stand together in one row for each commit (`hash_log`) and in memory. When there are many of them they are written down sorted
//! (a [`run`](run::Run): blocks of a page each), and runs of about one size are merged into one, a little at a time. Of each run the memory has
//! where its blocks begin and a filter that says of most hashes that it lacks them, about 11 bits for each hash.
//!
//! A hash can have several numbers. Nothing is ever taken out: whoever asks looks whether what a number names is what was meant.

mod block;
mod filter;
mod index;
mod keeper;
mod load;
mod merge;
mod run;

pub(crate) use index::{Index, Snapshots};
pub(crate) use keeper::Keeper;

/// A hash with a number that it leads to.
pub(crate) type Entry = (u128, i64);
