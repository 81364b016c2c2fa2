//! What this node holds at the moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use model::{Millis, Rng as _, SenderId, Timestamp, WorkspaceId};
use storage::{DocumentMark, Sharing, Store};
use tokio::sync::Notify;

use super::{Duty, Place};
use crate::SecureRng;

/// What a node is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roles {
    /// Requests and webhooks.
    pub api: bool,
    /// Loops.
    pub worker: bool,
}

impl Roles {
    pub const ALL: Self = Self { api: true, worker: true };
}

/// How long a node may be silent, in real time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeaseTimes {
    /// Others take a lease whose beat stood still for so long.
    pub take_over_after: Millis,
    /// A holder stops by itself, so long after it began its last renewal that succeeded. What is between both times is for provider calls that are
    /// under way and for clocks that run at different speeds.
    pub stop_after: Millis,
    /// Between renewals.
    pub beat: Millis,
}

impl LeaseTimes {
    #[must_use]
    pub fn of(take_over_after: Millis) -> Self {
        let part = |percent: i64| Millis((take_over_after.0 * percent / 100).max(1));
        Self { take_over_after, stop_after: part(70), beat: part(20) }
    }
}

impl Default for LeaseTimes {
    fn default() -> Self {
        Self::of(Millis::from_secs(10))
    }
}

/// How a node takes part.
#[derive(Clone, Debug)]
pub struct NodeOptions {
    /// Another one for each start of a process: leases of a process that ended must not look like its successor's.
    pub id: String,
    pub roles: Roles,
    pub times: LeaseTimes,
    /// Others work on the same store. A node that is alone needs no leases.
    pub shared: bool,
    /// Proof that earlier processes of this one's name have ended: their leases are taken at once.
    pub place: Option<Arc<Place>>,
}

impl NodeOptions {
    /// As a store needs it: with leases if others may use it too.
    #[must_use]
    pub fn of(store: &dyn Store) -> Self {
        let id = format!("node-{:016x}", SecureRng::new().next_u64());
        Self { id, roles: Roles::ALL, times: LeaseTimes::default(), shared: store.sharing() != Sharing::Alone, place: None }
    }

    /// Whether a holder of leases is known to have ended.
    pub(super) fn has_ended(&self, id: &str) -> bool {
        self.place.as_ref().is_some_and(|place| place.has_ended(id))
    }
}

/// A duty that is this node's now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tenure {
    /// Grows each time that the duty changes hands.
    pub fence: u64,
    /// Since when, if somebody else may have had it before: what a sender may still do right after that moment is unknown.
    pub taken: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) fence: u64,
    /// As [`Tenure::taken`].
    pub(super) taken: Option<Timestamp>,
    /// When the last renewal that succeeded began.
    pub(super) renewed: Moment,
}

/// One moment by two clocks. Steady clocks stand still while a machine sleeps and others jump; a lease holds by both.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub steady: Millis,
    pub wall: Timestamp,
}

impl Held {
    fn holds(&self, now: Moment, times: LeaseTimes) -> bool {
        let fresh = |passed: Millis| (0..times.stop_after.0).contains(&passed.0.abs());
        fresh(Millis(now.steady.0 - self.renewed.steady.0)) && fresh(now.wall - self.renewed.wall)
    }
}

pub struct Node {
    options: NodeOptions,
    held: ArcSwap<BTreeMap<Duty, Held>>,
    /// Provider calls that are open, for each sender.
    calls: Mutex<BTreeMap<SenderId, usize>>,
    call_ended: Notify,
    /// Held while a workspace is read, so that what was read earlier is never installed later.
    pub(crate) installing: tokio::sync::Mutex<()>,
    /// What was read last of each workspace.
    installed: Mutex<BTreeMap<WorkspaceId, Vec<DocumentMark>>>,
    suspects: Mutex<Suspects>,
    pub(crate) documents: Notify,
}

/// Workspaces whose documents another node may have changed, or any.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    pub(super) some: BTreeSet<WorkspaceId>,
    pub(super) any: bool,
}

impl Node {
    #[must_use]
    pub fn new(options: NodeOptions) -> Self {
        Self {
            options,
            held: ArcSwap::default(),
            calls: Mutex::default(),
            call_ended: Notify::new(),
            installing: tokio::sync::Mutex::default(),
            installed: Mutex::default(),
            suspects: Mutex::default(),
            documents: Notify::new(),
        }
    }

    #[must_use]
    pub const fn options(&self) -> &NodeOptions {
        &self.options
    }

    /// This node's tenure of a duty, if it is its own at this moment.
    #[must_use]
    pub fn tenure(&self, duty: Duty, now: Moment) -> Option<Tenure> {
        if !self.options.shared {
            return Some(Tenure { fence: 1, taken: None });
        }
        let held = self.held.load().get(&duty).copied().filter(|held| held.holds(now, self.options.times))?;
        Some(Tenure { fence: held.fence, taken: held.taken })
    }

    /// Permission to call a provider now for a hand-off that was made under a tenure. The call counts until the answer is dropped.
    pub fn begin_call(&self, sender: SenderId, duty: Duty, fence: u64, now: Moment) -> Option<OpenCall<'_>> {
        let tenure = self.tenure(duty, now)?;
        if tenure.fence != fence {
            return None;
        }
        *self.calls().entry(sender).or_default() += 1;
        Some(OpenCall { node: self, sender })
    }

    fn calls(&self) -> MutexGuard<'_, BTreeMap<SenderId, usize>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a provider is being called for a sender.
    pub(super) fn is_calling(&self, duty: Duty) -> bool {
        match duty {
            Duty::Sender(sender) => self.calls().contains_key(&sender),
            Duty::Strays | Duty::Timers | Duty::Broadcasts | Duty::Deliveries | Duty::Media | Duty::Ledger | Duty::Tidy => false,
        }
    }

    /// Returns when no provider is being called.
    pub(crate) async fn calls_ended(&self) {
        loop {
            let ended = self.call_ended.notified();
            if self.calls().is_empty() {
                return;
            }
            ended.await;
        }
    }

    fn installed(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, Vec<DocumentMark>>> {
        self.installed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn has_installed(&self, ws: WorkspaceId, marks: &[DocumentMark]) -> bool {
        self.installed().get(&ws).is_some_and(|known| known == marks)
    }

    pub(crate) fn remember_installed(&self, ws: WorkspaceId, marks: Vec<DocumentMark>) {
        self.installed().insert(ws, marks);
    }

    pub(super) fn suspect(&self, workspaces: BTreeSet<WorkspaceId>, any: bool) {
        let mut suspects = self.suspects.lock().unwrap_or_else(PoisonError::into_inner);
        suspects.some.extend(workspaces);
        suspects.any |= any;
        drop(suspects);
        self.documents.notify_one();
    }

    pub(super) fn take_suspects(&self) -> Suspects {
        std::mem::take(&mut *self.suspects.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn held(&self) -> BTreeMap<Duty, Held> {
        BTreeMap::clone(&self.held.load())
    }

    pub(super) fn hold(&self, held: BTreeMap<Duty, Held>) {
        self.held.store(held.into());
    }
}

/// A provider is being called.
#[must_use]
pub struct OpenCall<'n> {
    node: &'n Node,
    sender: SenderId,
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        let mut calls = self.node.calls();
        if let Some(open) = calls.get_mut(&self.sender) {
            *open -= 1;
            if *open == 0 {
                calls.remove(&self.sender);
            }
        }
        let idle = calls.is_empty();
        drop(calls);
        if idle {
            self.node.call_ended.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node() -> Node {
        let times = LeaseTimes::of(Millis::from_secs(10));
        Node::new(NodeOptions { id: "a".to_owned(), roles: Roles::ALL, times, shared: true, place: None })
    }

    fn at(steady: i64, wall: i64) -> Moment {
        Moment { steady: Millis::from_secs(steady), wall: Timestamp::from_secs(wall) }
    }

    fn hold(node: &Node, fence: u64, renewed: Moment) {
        node.hold(BTreeMap::from([(Duty::Timers, Held { fence, taken: Some(renewed.wall), renewed })]));
    }

    #[test]
    fn a_lease_that_was_not_renewed_in_time_does_not_hold() {
        let node = node();
        hold(&node, 3, at(100, 1_000));
        assert_eq!(node.tenure(Duty::Timers, at(106, 1_006)), Some(Tenure { fence: 3, taken: Some(Timestamp::from_secs(1_000)) }));
        assert_eq!(node.tenure(Duty::Timers, at(107, 1_006)), None);
        // The machine slept: its steady clock did not notice.
        assert_eq!(node.tenure(Duty::Timers, at(101, 1_060)), None);
        assert_eq!(node.tenure(Duty::Timers, at(101, 900)), None);
        assert_eq!(node.tenure(Duty::Media, at(101, 1_001)), None);
    }

    #[test]
    fn a_call_needs_the_tenure_of_its_hand_off() {
        let node = node();
        let sender = SenderId::from_u128(1);
        hold(&node, 3, at(100, 1_000));
        let open = node.begin_call(sender, Duty::Timers, 3, at(101, 1_001)).unwrap();
        assert!(node.is_calling(Duty::Sender(sender)));
        drop(open);
        assert!(!node.is_calling(Duty::Sender(sender)));
        assert!(node.begin_call(sender, Duty::Timers, 2, at(101, 1_001)).is_none());
        assert!(node.begin_call(sender, Duty::Timers, 3, at(120, 1_020)).is_none());
        assert!(!node.is_calling(Duty::Sender(sender)));
    }

    #[test]
    fn a_node_that_is_alone_has_every_duty() {
        let node = Node::new(NodeOptions { shared: false, ..node().options });
        assert_eq!(node.tenure(Duty::Ledger, at(1, 1)), Some(Tenure { fence: 1, taken: None }));
    }
}
