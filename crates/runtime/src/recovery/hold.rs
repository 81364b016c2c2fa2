//! What must wait for a person's yes.

use std::collections::BTreeMap;

use arc_swap::ArcSwap;
use model::message::Class;
use model::{Timestamp, WorkspaceId};
use storage::QueuedMessage;

/// Workspaces whose overdue messages wait, with the moment until which a message or a timer counts as overdue.
#[derive(Debug, Default)]
pub(crate) struct Holds(ArcSwap<BTreeMap<WorkspaceId, Timestamp>>);

impl Holds {
    pub(crate) fn set(&self, holds: BTreeMap<WorkspaceId, Timestamp>) {
        self.0.store(holds.into());
    }

    pub(crate) fn lift(&self, ws: WorkspaceId) {
        self.0.rcu(|all| {
            let mut all = BTreeMap::clone(all);
            all.remove(&ws);
            all
        });
    }

    pub(crate) fn any(&self) -> bool {
        !self.0.load().is_empty()
    }

    pub(crate) fn workspaces(&self) -> Vec<WorkspaceId> {
        self.0.load().keys().copied().collect()
    }

    /// Whether a timer that was due then waits.
    pub(crate) fn keeps(&self, ws: WorkspaceId, due: Timestamp) -> bool {
        self.0.load().get(&ws).is_some_and(|until| due <= *until)
    }

    /// A person's own answer to a person never waits.
    pub(crate) fn keeps_message(&self, message: &QueuedMessage) -> bool {
        message.class != Class::Agent.rank() && self.keeps(message.workspace, message.not_before)
    }
}
