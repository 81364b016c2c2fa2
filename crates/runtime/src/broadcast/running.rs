//! Broadcasts as steps see them.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::RunningBroadcast;
use model::broadcast::{Broadcast, BroadcastState, GuardSettings, Progress, broadcast_scope};
use model::{BroadcastId, Millis, WorkspaceId};
use storage::{DocumentExt, StorageError, Stored};

use super::BroadcastError;
use crate::Engine;
use crate::documents::BroadcastDoc;

/// After its end a broadcast stays known to hand-off for so long: doubt about its last messages is settled well before.
const KNOWN_AFTER_END: Millis = Millis::from_days(2);

impl Engine {
    /// The broadcasts that steps and loops must know.
    pub(crate) async fn running_broadcasts(&self, ws: WorkspaceId) -> Result<BTreeMap<BroadcastId, Arc<RunningBroadcast>>, StorageError> {
        let now = self.now();
        let old = self.core().catalogue(ws);
        let mut running = BTreeMap::new();
        for stored in self.store().all::<BroadcastDoc>(ws).await? {
            let doc = stored.value.0;
            let asleep = matches!(doc.state, BroadcastState::Draft | BroadcastState::Checking);
            let over = doc.state.is_final() && now - doc.since() > KNOWN_AFTER_END;
            if asleep || over {
                continue;
            }
            // Compiled once: while it is under way its file does not change.
            let known = old.as_ref().and_then(|old| old.broadcasts.get(&doc.id)).map(|known| &known.definition);
            let definition = match known.filter(|known| known.version == doc.version) {
                Some(known) => Arc::clone(known),
                None => match definition(&doc) {
                    Some(definition) => Arc::new(definition),
                    None => {
                        tracing::error!(broadcast.id = %doc.id, "The stored file of a broadcast does not compile any more; it stands still");
                        continue;
                    }
                },
            };
            let due_at = doc.due_at.unwrap_or(now);
            running.insert(doc.id, Arc::new(RunningBroadcast { definition, state: doc.state, due_at }));
        }
        Ok(running)
    }

    pub async fn broadcast(&self, ws: WorkspaceId, id: BroadcastId) -> Result<Stored<Broadcast>, BroadcastError> {
        let stored = self.store().get::<BroadcastDoc>(ws, &id.to_string()).await?.ok_or(BroadcastError::NotFound(id))?;
        Ok(Stored { id: stored.id, version: stored.version, updated_at: stored.updated_at, value: stored.value.0 })
    }

    /// How far it is, from counters.
    pub async fn broadcast_progress(&self, ws: WorkspaceId, id: BroadcastId) -> Result<Progress, StorageError> {
        let counters = self.store().counters(ws, &broadcast_scope(id)).await?;
        Ok(Progress::of(counters.iter().map(|counter| (counter.key.as_str(), counter.name.as_str(), counter.value))))
    }

    /// The workspace's limits for broadcasts.
    #[must_use]
    pub fn broadcast_guard(&self, ws: WorkspaceId) -> GuardSettings {
        self.core().catalogue(ws).map(|catalogue| catalogue.rulebook.broadcasts.clone()).unwrap_or_default()
    }
}

/// The compiled file. A later release may hash it differently; approvals are for the hash of then.
pub(super) fn definition(doc: &Broadcast) -> Option<journey::Broadcast> {
    let compiled = journey::reload_broadcast(&doc.source).broadcast?;
    Some(journey::Broadcast { version: doc.version.clone(), ..compiled })
}
