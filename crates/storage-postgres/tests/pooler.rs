//! The whole suite through a pooler in transaction mode: nothing may live in a session.

#[path = "common/backend.rs"]
mod backend;
mod common;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use backend::Postgres;
use common::open;
use postgres_server::{Database, Pooler, database};
use storage::{Decider, Sharing, Store};
use storage_postgres::PostgresStore;
use storage_tests::{Backend, ScriptedDecider};

/// One for this process; it ends with it.
fn through_pooler(direct: &str) -> String {
    static POOLER: OnceLock<Pooler> = OnceLock::new();
    format!("{}?pooler=transaction", POOLER.get_or_init(|| Pooler::start(direct).unwrap()).url(direct))
}

pub struct Pooled {
    store: Arc<PostgresStore>,
    database: Database,
}

#[async_trait]
impl Backend for Pooled {
    async fn fresh(decider: Arc<dyn Decider>) -> Self {
        let database = database().unwrap();
        let store = Arc::new(open(&through_pooler(database.url()), decider).await);
        Self { store, database }
    }

    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    async fn reopened(self, decider: Arc<dyn Decider>) -> Self {
        let Self { store, database } = self;
        drop(store);
        let store = Arc::new(open(&through_pooler(database.url()), decider).await);
        Self { store, database }
    }

    async fn open_backup(copy: &Path, decider: Arc<dyn Decider>) -> Arc<dyn Store> {
        Postgres::open_backup(copy, decider).await
    }
}

storage_tests::suite!(Pooled);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notices_are_heard_on_another_way_and_looked_for_without_one() {
    let database = database().unwrap();
    let url = through_pooler(database.url());
    let deaf = open(&url, Arc::new(ScriptedDecider::default())).await;
    let direct = database.url().replace(':', "%3A").replace('/', "%2F").replace('@', "%40");
    let hearing = open(&format!("{url}&listen={direct}"), Arc::new(ScriptedDecider::default())).await;
    for _ in 0..200 {
        if hearing.sharing() == Sharing::Notified {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((deaf.sharing(), hearing.sharing()), (Sharing::Polled, Sharing::Notified));
}
