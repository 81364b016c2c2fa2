//! What people send: fetched at once, while the provider still has it, and kept in our own object store.

mod fetch;
mod look;
mod store;

pub use fetch::MediaLoop;
pub use store::{MediaDoc, MediaStore};
