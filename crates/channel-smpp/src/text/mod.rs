//! Texts as octets.

mod alphabet;
mod coding;
mod national;
mod split;

pub(crate) use coding::{Written, read};
pub(crate) use split::{Cut, cut};
