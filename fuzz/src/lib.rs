//! Hostile input for every reader of bytes from outside, made from sound input by seeded mutation.
//!
//! **Knows** the readers, the samples in the tree that they are known to read, and what each promises of any input: it does not panic, it ends in
//! time, it takes no more than [`MEMORY_MIB`], and what it accepts survives being stored. **Must never know** how a reader works: whoever
//! needs that writes a test beside the reader.
//!
//! [`target::Target`] is one reader with its promises; [`hunt::hunt`] plays mutations of its seeds for a while and keeps an input as a new seed when it
//! is read in a new way; what breaks a promise is made small and written down. What was found and mended lies in `cases/<target>/`
//! and is played by the tests for ever.
//!
//! To add a reader: a file in `targets/` with its seeds and its [`target::Reader`], and its line in `targets/mod.rs`.

mod cost;
pub mod hunt;
mod kept;
mod mutate;
mod random;
pub mod shape;
pub mod target;
pub mod targets;

pub use kept::{case_files, cases_of, seeds_in};
pub use random::Random;

/// Address space of a process that plays, in MiB. An input that makes a reader take more ends the process, and is found thereby.
pub const MEMORY_MIB: u64 = 768;

/// Stack of the thread that reads: as small as that of the threads which read in the product.
pub const STACK_BYTES: usize = 2 * 1024 * 1024;
