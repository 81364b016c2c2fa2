//! A store in a folder of its own, for the suite and for tests of the file.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use storage::{Decider, Store};
use storage_sqlite::{Options, SqliteStore};
use storage_tests::Backend;
use tempfile::TempDir;

pub struct Sqlite {
    store: Arc<SqliteStore>,
    folder: TempDir,
}

#[async_trait]
impl Backend for Sqlite {
    async fn fresh(decider: Arc<dyn Decider>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path().join("antiphon.db"), Options::default(), decider).unwrap());
        Self { store, folder }
    }

    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    async fn reopened(self, decider: Arc<dyn Decider>) -> Self {
        let Self { store, folder } = self;
        drop(store);
        let store = Arc::new(SqliteStore::open(folder.path().join("antiphon.db"), Options::default(), decider).unwrap());
        Self { store, folder }
    }

    async fn open_backup(copy: &Path, decider: Arc<dyn Decider>) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(copy, Options::default(), decider).unwrap())
    }
}
