//! Tests through the router.

mod authorization;
mod documents;
mod hostile;
mod isolation;
