//! The suite that every store passes.

mod common;

use common::Sqlite;

storage_tests::suite!(Sqlite);
