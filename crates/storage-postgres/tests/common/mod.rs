//! A store on a database, as tests open it.

use std::sync::Arc;

use storage::Decider;
use storage_postgres::{PostgresStore, Settings};

pub async fn open(url: &str, decider: Arc<dyn Decider>) -> PostgresStore {
    PostgresStore::open(Settings::parse(url).unwrap(), decider).await.unwrap()
}
