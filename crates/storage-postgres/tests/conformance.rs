//! The suite that every store passes.

mod common;

use common::Postgres;

storage_tests::suite!(Postgres);
