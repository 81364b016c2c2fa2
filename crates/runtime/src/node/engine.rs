//! The engine as a node: whether it may, what it hears, what it must look at again.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Millis, SenderId, WorkspaceId};
use storage::{Notice, Sharing};

use super::hearing::Ear;
use super::{Duty, Moment, News, OpenCall, Tenure};
use crate::{Engine, StepNews};

impl Engine {
    /// From now on this node hears what others commit.
    pub fn listen(self: &Arc<Self>) {
        self.store().listen(Arc::new(Ear(Arc::downgrade(self))));
    }

    /// Now, as leases measure it.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { steady: self.clock().steady(), wall: self.now() }
    }

    /// This node's tenure of a duty, if it is its own now.
    #[must_use]
    pub fn on_duty(&self, duty: Duty) -> Option<Tenure> {
        self.node().tenure(duty, self.moment())
    }

    fn duty_of(&self, sender: SenderId) -> Duty {
        if self.account(sender).is_some() { Duty::Sender(sender) } else { Duty::Strays }
    }

    /// This node's tenure of a sender: whether it hands its messages off and settles its doubt now.
    #[must_use]
    pub fn serves(&self, sender: SenderId) -> Option<Tenure> {
        self.on_duty(self.duty_of(sender))
    }

    /// Permission to call a sender's provider for a hand-off that was made under a tenure: `None` when somebody else may serve it since.
    pub fn begin_call(&self, sender: SenderId, tenure: Tenure) -> Option<OpenCall<'_>> {
        self.node().begin_call(sender, self.duty_of(sender), tenure.fence, self.moment())
    }

    /// How long a loop may sleep at most, should a hint be lost.
    pub(crate) fn look_every(&self) -> Millis {
        match self.store().sharing() {
            _ if !self.node().options().shared => Millis::from_mins(1),
            Sharing::Notified => Millis::from_secs(5),
            Sharing::Alone | Sharing::Polled => Millis::from_secs(1),
        }
    }

    /// Takes in what another node committed. Only hints: each loop looks for itself, and now and then without a hint.
    pub fn hear(&self, notice: Notice) {
        if notice.lost {
            self.nudge();
        }
        self.bells.wake_loops(notice.queued, notice.wake, notice.deliveries);
        if notice.lost || !notice.documents.is_empty() {
            self.suspect(notice.documents, notice.lost);
        }
        for (workspace, contacts) in notice.contacts {
            for (contact, conversation) in contacts {
                self.bells.tell(News::Step(StepNews { workspace, contact, conversation }));
            }
        }
        if notice.more_contacts || notice.lost {
            self.bells.tell(News::Anything(None));
        }
    }

    /// Another node may have changed the documents of these workspaces, or of any.
    pub(crate) fn suspect(&self, workspaces: BTreeSet<WorkspaceId>, any: bool) {
        self.node().suspect(workspaces, any);
    }
}
