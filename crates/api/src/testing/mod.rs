//! What the tests of this crate stand on.

mod secrets;

pub use secrets::CountingSecrets;
