//! The timer loop: wakes contacts whose time has come. Nothing is done by cron.

use std::sync::Arc;

use model::Timestamp;
use model::signal::{SignalBody, Target};
use storage::StorageError;

use crate::{Engine, NewSignal};

/// Contacts woken in one go.
const BATCH: u32 = 256;

/// Wakes due contacts. A wake that comes twice is harmless: the contact's own state knows what is due.
pub struct TimerLoop {
    engine: Arc<Engine>,
}

impl TimerLoop {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Wakes everybody who is due at `now`; answers when the next one is.
    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        loop {
            let due = self.engine.store().due(now, BATCH).await?;
            if due.is_empty() {
                return self.engine.store().next_due().await;
            }
            let full = due.len() == BATCH as usize;
            let contacts: Vec<_> = due.iter().map(|(_, contact, at)| (*contact, *at)).collect();
            let wakes =
                due.into_iter().map(|(ws, contact, _)| NewSignal::new(ws, Target::Contact(contact), "timer", SignalBody::Wake)).collect();
            self.engine.submit(wakes).await?;
            if !full {
                // Somebody who is still due after a wake would be woken for ever: look once more, and come back later if nothing moved.
                let again = self.engine.store().due(now, BATCH).await?;
                if again.iter().any(|(_, contact, at)| contacts.contains(&(*contact, *at))) {
                    tracing::error!(contacts = again.len(), "Contacts stay due after a wake");
                    return Ok(Some(now + model::Millis::from_secs(30)));
                }
            }
        }
    }
}
