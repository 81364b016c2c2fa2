//! What an answer by mail hangs on. Messages lie in the store; adapters of email ask for the one that is answered.

use async_trait::async_trait;
use model::{ContactId, SenderId, WorkspaceId};

#[async_trait]
pub trait ThreadReader: Send + Sync + 'static {
    /// The provider's id of what the contact wrote to this sender last; `None` when there is nothing, or when it cannot be said now.
    async fn last_written(&self, workspace: WorkspaceId, contact: ContactId, sender: SenderId) -> Option<String>;
}
