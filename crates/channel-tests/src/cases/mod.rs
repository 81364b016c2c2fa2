//! The promises, by subject.

pub mod hearing;
pub mod keeping;
pub mod sending;
