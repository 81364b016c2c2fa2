//! What people send: fetched at once, while the provider still has it, and kept in our own object store.

mod bucket;
mod fetch;
mod look;
mod store;

pub use bucket::BucketSettings;
pub use fetch::MediaLoop;
pub(crate) use store::MediaWantedDoc;
pub use store::{MediaDoc, MediaStore};
