//! What handlers take apart a request with. Each turns its failures into problems, so that none leaves as plain text.

mod body;
mod idempotency;
mod path;
mod query;
mod raw;

pub(crate) use body::parse;
pub use body::{Body, LargeBody};
pub use idempotency::IdempotencyKey;
pub use path::Path;
pub use query::Query;
pub(crate) use query::{one, words};
pub use raw::RawBody;
pub(crate) use raw::{read_file, read_large};
