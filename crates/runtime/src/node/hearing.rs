//! What the store tells of other nodes reaches this node.

use std::sync::Weak;

use model::{BroadcastId, TemplateId, WorkspaceId};
use storage::{Listener, Notice};

use crate::{Engine, StepNews};

/// What changed, for live views.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// One contact.
    Step(StepNews),
    /// A broadcast, or how far it is.
    Broadcast(WorkspaceId, BroadcastId),
    /// A template, by what its provider did. With an alert when it goes no more.
    Template(WorkspaceId, TemplateId, Option<Box<crate::TemplateAlert>>),
    /// What a workspace has published, or so much that nobody names it: all that is shown of it, or (`None`) of any, must be read again.
    Anything(Option<WorkspaceId>),
}

/// Does not keep the engine alive: a store outlives the nodes on it.
pub(super) struct Ear(pub(super) Weak<Engine>);

impl Listener for Ear {
    fn notice(&self, notice: Notice) {
        if let Some(engine) = self.0.upgrade() {
            engine.hear(notice);
        }
    }
}
