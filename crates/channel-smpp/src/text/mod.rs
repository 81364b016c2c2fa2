//! Texts as octets.

mod alphabet;
mod coding;
mod split;

pub(crate) use coding::read;
pub(crate) use split::{Cut, cut};
