//! A store in a database of its own, for the suite and for tests of the server.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use postgres_server::{Database, database};
use storage::{Decider, Store};
use storage_postgres::{PostgresStore, Settings, restore};
use storage_tests::Backend;

use crate::common::open;

pub struct Postgres {
    // Dropped first, so that the database is not in use.
    store: Arc<PostgresStore>,
    database: Database,
}

#[async_trait]
impl Backend for Postgres {
    async fn fresh(decider: Arc<dyn Decider>) -> Self {
        let database = database().unwrap();
        let store = Arc::new(open(database.url(), decider).await);
        Self { store, database }
    }

    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    async fn reopened(self, decider: Arc<dyn Decider>) -> Self {
        let Self { store, database } = self;
        drop(store);
        let store = Arc::new(open(database.url(), decider).await);
        Self { store, database }
    }

    async fn open_backup(copy: &Path, decider: Arc<dyn Decider>) -> Arc<dyn Store> {
        /// The trait hands out the store alone; its database goes with the process.
        static KEPT: Mutex<Vec<Database>> = Mutex::new(Vec::new());
        let database = database().unwrap();
        restore(Settings::parse(database.url()).unwrap(), copy, &|_, _| {}).await.unwrap();
        let store = open(database.url(), decider).await;
        KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(database);
        Arc::new(store)
    }
}
