//! The loop over all broadcasts that are under way. Bounded work for each in one tick, so that they take turns.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::broadcast::BroadcastState;
use model::signal::BroadcastAct;
use model::{BroadcastId, Millis, Timestamp, WorkspaceId};
use serde_json::json;
use storage::StorageError;

use super::BroadcastError;
use super::plan::Pace;
use crate::Engine;
use crate::node::News;

/// How often a broadcast that waits for others (receipts, replies, a later hour) is looked at: limits are watched at least as closely.
pub(super) const WATCH: Millis = Millis::from_secs(5);
/// After a failure that concerns one broadcast only.
const AFTER_FAULT: Millis = Millis::from_mins(1);

/// When to look again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    AtOnce,
    At(Timestamp),
    /// When somebody asks.
    Quiet,
}

/// What is to be told to queued messages since a broadcast goes on.
#[derive(Debug)]
struct Release {
    after: Option<String>,
}

pub struct BroadcastLoop {
    engine: Arc<Engine>,
    pub(super) paces: BTreeMap<BroadcastId, Pace>,
    /// How the loop last saw each.
    seen: BTreeMap<BroadcastId, BroadcastState>,
    releases: BTreeMap<BroadcastId, Release>,
}

impl BroadcastLoop {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine, paces: BTreeMap::new(), seen: BTreeMap::new(), releases: BTreeMap::new() }
    }

    pub(super) const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    pub(super) fn tell(&self, ws: WorkspaceId, id: BroadcastId) {
        self.engine.bells.tell(News::Broadcast(ws, id));
    }

    /// Takes each broadcast a little further; answers when to look again.
    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let mut next: Option<Timestamp> = None;
        let mut at = |moment: Timestamp| next = Some(next.map_or(moment, |other: Timestamp| other.min(moment)));
        let mut alive = BTreeMap::new();
        for ws in self.engine.core().workspaces() {
            let Some(catalogue) = self.engine.core().catalogue(ws) else { continue };
            for (id, running) in &catalogue.broadcasts {
                alive.insert(*id, running.state);
                self.notice_release(*id, running.state);
                if !running.state.is_working() {
                    continue;
                }
                match self.work(ws, *id, running, now).await {
                    Ok(Next::AtOnce) => at(now),
                    Ok(Next::At(moment)) => at(moment),
                    Ok(Next::Quiet) => {}
                    Err(BroadcastError::Storage(error)) => return Err(error),
                    Err(error) => {
                        tracing::error!(broadcast.id = %id, error = %error, "A broadcast cannot go on; it is tried again");
                        at(now + AFTER_FAULT);
                    }
                }
            }
        }
        self.paces.retain(|id, _| alive.contains_key(id));
        self.releases.retain(|id, _| alive.contains_key(id));
        self.seen = alive;
        Ok(next)
    }

    /// Messages that were put off while a broadcast was paused are asked again at once when it goes on. A loop that has just begun does not know
    /// what was before: what was put off then comes up by itself within minutes.
    fn notice_release(&mut self, id: BroadcastId, state: BroadcastState) {
        let goes = matches!(state, BroadcastState::Canary | BroadcastState::Running);
        if !goes {
            self.releases.remove(&id);
        } else if self.seen.get(&id) == Some(&BroadcastState::Paused) {
            self.releases.insert(id, Release { after: None });
        }
    }

    async fn work(
        &mut self,
        ws: WorkspaceId,
        id: BroadcastId,
        running: &decide::RunningBroadcast,
        now: Timestamp,
    ) -> Result<Next, BroadcastError> {
        let broadcast = self.engine.broadcast(ws, id).await?.value;
        if broadcast.state != running.state {
            // Somebody has just changed it; what steps see follows.
            self.engine.reload(ws).await?;
            return Ok(Next::AtOnce);
        }
        if let Some(Release { after }) = self.releases.remove(&id) {
            if let Some(after) = self.tell_queued(ws, id, BroadcastAct::Release, after).await? {
                self.releases.insert(id, Release { after: Some(after) });
            }
            return Ok(Next::AtOnce);
        }
        match broadcast.state {
            BroadcastState::Freezing => self.freeze(ws, &broadcast, now).await,
            BroadcastState::Scheduled => self.begin(ws, &broadcast, now).await,
            BroadcastState::Canary | BroadcastState::Running => self.plan(ws, &broadcast, running, now).await,
            BroadcastState::Stopping => self.stop(ws, &broadcast, now).await,
            _ => Ok(Next::Quiet),
        }
    }

    async fn begin(&mut self, ws: WorkspaceId, broadcast: &model::broadcast::Broadcast, now: Timestamp) -> Result<Next, BroadcastError> {
        if let Some(at) = broadcast.starts_at.filter(|at| *at > now) {
            return Ok(Next::At(at));
        }
        let guard = self.engine.broadcast_guard(ws);
        self.engine
            .change_broadcast(ws, broadcast.id, |broadcast| {
                if broadcast.state != BroadcastState::Scheduled {
                    return Ok(());
                }
                Ok(broadcast.begin(&guard, now, "system")?)
            })
            .await?;
        self.engine.reload(ws).await?;
        Ok(Next::AtOnce)
    }

    /// The loop's own changes of state.
    pub(super) async fn turn(
        &mut self,
        ws: WorkspaceId,
        id: BroadcastId,
        to: BroadcastState,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<Next, BroadcastError> {
        let changed = self
            .engine
            .change_broadcast(ws, id, |broadcast| {
                // Somebody may have paused or stopped it meanwhile, and is right.
                if broadcast.state.leads_to(to) { Ok(broadcast.turn(to, now, "system", reason.clone())?) } else { Ok(()) }
            })
            .await?;
        if changed.state == to {
            self.engine.audit(ws, "system", "broadcast.state_changed", &id.to_string(), json!({ "to": to, "reason": reason })).await?;
        }
        self.engine.reload(ws).await?;
        Ok(Next::AtOnce)
    }
}
