//! The start after an outage.

use std::collections::BTreeMap;

use model::{Timestamp, WorkspaceId};
use serde_json::json;
use storage::{DocumentExt, StorageError};

use super::{RecoveryDoc, RecoveryPlan, RecoveryRule, RecoveryState};
use crate::Engine;
use crate::documents::only;

impl Engine {
    /// Before the loops start: counts what an outage left, and keeps it where a person must say yes. Answers the plans that are not empty.
    pub async fn recover(&self, rule: RecoveryRule) -> Result<Vec<RecoveryPlan>, StorageError> {
        let now = self.now();
        let mut plans = Vec::new();
        let mut holds: BTreeMap<WorkspaceId, Timestamp> = BTreeMap::new();
        // An answer that nobody gave before a restart is still owed.
        for ws in self.store().workspaces().await? {
            if let Some(plan) = self.recovery(ws).await?.filter(|plan| plan.state == RecoveryState::Waiting) {
                holds.insert(ws, plan.made_at);
            }
        }
        let down_since = self.last_beat().await?.filter(|at| now - *at > rule.after);
        if let Some(down_since) = down_since {
            for mut plan in self.count_overdue(now, down_since).await? {
                if rule.ask_above.is_some_and(|most| plan.send > most) || holds.contains_key(&plan.workspace) {
                    plan.state = RecoveryState::Waiting;
                    holds.insert(plan.workspace, now);
                }
                tracing::warn!(workspace = %plan.workspace, "After an outage, {plan}");
                self.keep_plan(&plan).await?;
                plans.push(plan);
            }
        }
        self.holds.set(holds);
        Ok(plans)
    }

    async fn keep_plan(&self, plan: &RecoveryPlan) -> Result<(), StorageError> {
        let known = self.store().get::<RecoveryDoc>(plan.workspace, only()).await?.map_or(0, |stored| stored.version);
        self.store().put(plan.workspace, &RecoveryDoc(plan.clone()), known, plan.made_at).await?;
        let detail = serde_json::to_value(plan).unwrap_or_default();
        self.audit(plan.workspace, "system", "recovery.planned", only(), detail).await
    }

    /// A workspace's latest plan.
    pub async fn recovery(&self, ws: WorkspaceId) -> Result<Option<RecoveryPlan>, StorageError> {
        Ok(self.store().get::<RecoveryDoc>(ws, only()).await?.map(|stored| stored.value.0))
    }

    /// A person says yes: what waited goes, at the senders' rates. Answers the plan as it is now; nothing changes if none waits.
    pub async fn approve_recovery(&self, ws: WorkspaceId, by: &str) -> Result<Option<RecoveryPlan>, StorageError> {
        let at = self.now();
        let changed = self
            .change::<RecoveryDoc>(ws, only(), |doc| {
                let waits = doc.0.state == RecoveryState::Waiting;
                if waits {
                    doc.0.state = RecoveryState::Approved { by: by.to_owned(), at };
                }
                waits
            })
            .await?;
        if changed {
            self.audit(ws, by, "recovery.approved", only(), json!({})).await?;
        }
        self.see_approvals().await?;
        self.recovery(ws).await
    }

    /// Lifts the holds to which somebody said yes, here or through another node.
    pub(super) async fn see_approvals(&self) -> Result<(), StorageError> {
        let mut lifted = false;
        for ws in self.holds.workspaces() {
            let waits = self.recovery(ws).await?.is_some_and(|plan| plan.state == RecoveryState::Waiting);
            if !waits {
                self.holds.lift(ws);
                lifted = true;
            }
        }
        if lifted {
            self.nudge();
        }
        Ok(())
    }
}
