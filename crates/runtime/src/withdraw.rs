//! Taking back what another channel has taken the place of. As well as it goes: nothing rests on it, because a provider gives a message up by itself
//! when its time is over, and one that comes late all the same is counted (R-FB-1).

use std::sync::Arc;
use std::time::Duration;

use model::{MessageId, MessageStatus, Timestamp, WorkspaceId};
use storage::StorageError;

use crate::Engine;

/// Whoever is next does not wait longer for a provider.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks providers to take messages back.
pub struct WithdrawLoop {
    engine: Arc<Engine>,
}

impl WithdrawLoop {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Asks for each message that waits, one after the other.
    pub async fn tick(&mut self, _now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        while let Some((ws, message)) = self.engine.bells.next_withdrawn() {
            self.take_back(ws, message).await?;
        }
        Ok(None)
    }

    async fn take_back(&self, ws: WorkspaceId, id: MessageId) -> Result<(), StorageError> {
        let Some(message) = self.engine.store().message(ws, id).await? else { return Ok(()) };
        // It may have failed or arrived meanwhile.
        if message.status != MessageStatus::Accepted {
            return Ok(());
        }
        let Some(account) = self.engine.account(message.sender).filter(|account| account.workspace == ws) else { return Ok(()) };
        let Some(adapter) = self.engine.adapters().of(&account).filter(|adapter| adapter.capabilities().revocable) else {
            return Ok(());
        };
        match tokio::time::timeout(PATIENCE, adapter.revoke(&account, &message)).await {
            Ok(Ok(())) => tracing::debug!(message.id = %id, "a message was asked back"),
            Ok(Err(error)) => tracing::info!(message.id = %id, code = %error.code, "a message could not be asked back: {}", error.for_user),
            Err(_) => tracing::info!(message.id = %id, "the provider did not answer whether it takes a message back"),
        }
        Ok(())
    }
}
