//! What a person wrote last, for answers that hang on it.

use std::sync::Arc;

use async_trait::async_trait;
use channel::ThreadReader;
use model::inbound::InboundContent;
use model::message::Direction;
use model::{ContactId, SenderId, WorkspaceId};
use storage::{MessageFilter, Page, Store};

/// Messages of a person that are looked through: attachments come as messages of their own.
const LOOK: u32 = 12;

pub(crate) struct StoredThreads {
    pub store: Arc<dyn Store>,
}

#[async_trait]
impl ThreadReader for StoredThreads {
    async fn last_written(&self, workspace: WorkspaceId, contact: ContactId, sender: SenderId) -> Option<String> {
        let filter = MessageFilter { contact: Some(contact), direction: Some(Direction::In), ..MessageFilter::default() };
        let found = self.store.messages(workspace, filter, Page::first(LOOK)).await.ok()?;
        let text = |received: &Option<InboundContent>| matches!(received, Some(InboundContent::Text { .. }));
        let written = found.items.into_iter().filter(|message| message.sender == sender && text(&message.received));
        written.max_by_key(|message| message.id).and_then(|message| message.provider_id)
    }
}
