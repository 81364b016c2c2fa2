//! What the suite needs of a backend.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use storage::{Decider, Store};

/// One store of a backend that lives as long as a test.
#[async_trait]
pub trait Backend: Sized + Send + Sync + 'static {
    /// A new, empty store.
    async fn fresh(decider: Arc<dyn Decider>) -> Self;

    fn store(&self) -> Arc<dyn Store>;

    /// Closes the store and opens it again: what was committed must be there. Nobody else holds the store any more.
    async fn reopened(self, decider: Arc<dyn Decider>) -> Self;

    /// Opens what [`Store::backup`] wrote.
    async fn open_backup(copy: &Path, decider: Arc<dyn Decider>) -> Arc<dyn Store>;
}
