//! A sign of life in the store, so that the next start knows for how long nobody worked.

use std::sync::Arc;

use model::{Millis, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, StorageError, StorageErrorKind};

use crate::Engine;
use crate::documents::only;

/// Between two signs of life.
const EVERY: Millis = Millis::from_mins(1);
/// Another node may have heard the yes.
const EVERY_WHILE_HELD: Millis = Millis::from_secs(5);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct HeartbeatDoc {
    pub(super) at: Timestamp,
}

impl Document for HeartbeatDoc {
    const KIND: &'static str = "heartbeat";
    fn id(&self) -> String {
        only().to_owned()
    }
}

/// Writes the sign of life, and sees when somebody said yes to a plan through another node.
pub struct HeartbeatLoop {
    engine: Arc<Engine>,
    next: Option<Timestamp>,
}

impl HeartbeatLoop {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine, next: None }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        if self.next.is_none_or(|next| next <= now || next - now > EVERY) {
            self.engine.beat(now).await?;
            self.next = Some(now + EVERY);
        }
        if !self.engine.holds.any() {
            return Ok(self.next);
        }
        self.engine.see_approvals().await?;
        Ok(Some(now + EVERY_WHILE_HELD))
    }
}

impl Engine {
    /// Where the sign of life is: one for the whole store, in the workspace that is there the longest.
    async fn eldest(&self) -> Result<Option<WorkspaceId>, StorageError> {
        Ok(self.store().workspaces().await?.into_iter().min())
    }

    async fn beat(&self, now: Timestamp) -> Result<(), StorageError> {
        let Some(ws) = self.eldest().await? else { return Ok(()) };
        let known = self.store().get::<HeartbeatDoc>(ws, only()).await?.map_or(0, |stored| stored.version);
        match self.store().put(ws, &HeartbeatDoc { at: now }, known, now).await {
            // Another node's will do.
            Err(error) if error.kind == StorageErrorKind::Conflict => Ok(()),
            put => put.map(drop),
        }
    }

    /// When somebody last worked on this store.
    pub(super) async fn last_beat(&self) -> Result<Option<Timestamp>, StorageError> {
        let Some(ws) = self.eldest().await? else { return Ok(None) };
        Ok(self.store().get::<HeartbeatDoc>(ws, only()).await?.map(|stored| stored.value.at))
    }
}
