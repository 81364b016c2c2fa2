//! Keeps what this node holds in memory (catalogues, accounts) as the store has it, whoever changed it.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Millis, Timestamp, WorkspaceId};
use storage::{DocumentMark, Sharing, StorageError};

use super::News;
use super::state::Suspects;
use crate::Engine;
use crate::documents::RELOADED;

/// A flood of changes is looked at this often.
const GAP: Millis = Millis(50);

/// Looks which documents changed, and installs them anew. Where changes are not told, it is what bounds how long a node may act on old ones.
pub struct CatalogueFollower {
    engine: Arc<Engine>,
    looked: Option<Timestamp>,
    looked_at_all: Option<Timestamp>,
}

impl CatalogueFollower {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine, looked: None, looked_at_all: None }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let every = self.engine.look_every();
        let since = |at: Option<Timestamp>, long: Millis| at.is_none_or(|at| now - at >= long || now < at);
        if !since(self.looked, GAP) {
            return Ok(self.looked.map(|at| at + GAP));
        }
        self.looked = Some(now);
        let Suspects { some: mut suspects, any: mut all } = self.engine.node().take_suspects();
        all |= since(self.looked_at_all, every);
        if all {
            suspects.extend(self.engine.store().workspaces().await?);
        }
        let outcome = self.look(&suspects).await;
        match outcome {
            Ok(()) if all => self.looked_at_all = Some(now),
            Ok(()) => {}
            // Nothing that was suspected may be forgotten.
            Err(_) => self.engine.suspect(suspects, all),
        }
        outcome?;
        if all && self.engine.store().sharing() == Sharing::Polled {
            // Nobody tells what contacts other nodes changed.
            self.engine.bells.tell(News::Anything(None));
        }
        Ok(Some(now + every))
    }

    async fn look(&self, workspaces: &BTreeSet<WorkspaceId>) -> Result<(), StorageError> {
        for ws in workspaces {
            let marks: Vec<DocumentMark> = self.engine.store().document_marks(*ws, RELOADED).await?;
            // A workspace that is just being set up by another node has no keys yet.
            let is_set_up = marks.iter().any(|mark| mark.kind == <crate::documents::KeysDoc as storage::Document>::KIND);
            if is_set_up && !self.engine.node().has_installed(*ws, &marks) {
                self.engine.reload(*ws).await?;
                self.engine.bells.tell(News::Anything(Some(*ws)));
            }
        }
        Ok(())
    }
}
