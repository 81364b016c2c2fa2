//! A store in a folder of its own, for the suite and for tests of the file.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use storage::{Decider, Store};
use storage_sqlite::{Options, ReadAhead, SqliteStore};
use storage_tests::Backend;
use tempfile::TempDir;

pub struct Sqlite {
    store: Arc<SqliteStore>,
    folder: TempDir,
}

fn open(file: &Path, decider: Arc<dyn Decider>) -> Arc<SqliteStore> {
    // As on a slow disk: what is read ahead may change nothing.
    let options = Options { read_ahead: ReadAhead::Always, ..Options::default() };
    Arc::new(SqliteStore::open(file, options, decider).unwrap())
}

#[async_trait]
impl Backend for Sqlite {
    async fn fresh(decider: Arc<dyn Decider>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("antiphon.db"), decider);
        Self { store, folder }
    }

    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    async fn reopened(self, decider: Arc<dyn Decider>) -> Self {
        let Self { store, folder } = self;
        drop(store);
        let store = open(&folder.path().join("antiphon.db"), decider);
        Self { store, folder }
    }

    async fn open_backup(copy: &Path, decider: Arc<dyn Decider>) -> Arc<dyn Store> {
        open(copy, decider)
    }
}
