//! The suite that every store passes.

#[path = "common/backend.rs"]
mod backend;
mod common;

use backend::Postgres;

storage_tests::suite!(Postgres);
