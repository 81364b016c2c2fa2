//! One reader of outside bytes, and what it promises.

use std::fmt::Debug;

use crate::shape;

/// Reads one input. Answers its shape, whether it was accepted or refused; an error is a promise that did not hold.
pub type Reader = Box<dyn FnMut(&[u8]) -> Result<u64, Broken>>;

/// A promise that did not hold, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken(pub String);

/// How inputs are written: which mutations are worth trying.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Json,
    Text,
    Bytes,
}

pub struct Target {
    pub name: &'static str,
    pub form: Form,
    /// Sound inputs.
    pub seeds: fn() -> anyhow::Result<Vec<Vec<u8>>>,
    /// Words that mean something to the reader.
    pub words: &'static [&'static str],
    /// Longest input in bytes: what the route or the protocol lets through, where that is less than what is worth trying.
    pub longest: usize,
    pub pace: Pace,
    pub reader: fn() -> anyhow::Result<Reader>,
}

/// Processor time that one input may take, unoptimised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    pub once_ms: u64,
    pub each_kib_ms: u64,
}

impl Pace {
    /// What readers keep that look at each byte a few times.
    pub const LINEAR: Self = Self { once_ms: 100, each_kib_ms: 10 };

    #[must_use]
    pub fn bound_ms(self, bytes: usize) -> u64 {
        self.once_ms + self.each_kib_ms * u64::try_from(bytes / 1024).unwrap_or(u64::MAX)
    }
}

/// The shape of an answer for which nothing else is promised.
pub fn read_as(answer: &dyn Debug) -> Result<u64, Broken> {
    Ok(shape::of(answer))
}

/// A reader of a function.
pub fn reader(read: impl FnMut(&[u8]) -> Result<u64, Broken> + 'static) -> anyhow::Result<Reader> {
    Ok(Box::new(read))
}

/// Holds a promise.
pub fn promise(kept: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if kept { Ok(()) } else { Err(Broken(what())) }
}
