//! A broadcast as callers see it.

use std::collections::BTreeMap;

use model::broadcast::{Broadcast, BroadcastState, Missing, Progress, broadcast_scope, engagement_scope};
use model::{BroadcastId, Purpose, Timestamp, UserId, WorkspaceId};
use storage::Counter;

use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct BroadcastView {
    #[schema(value_type = String, example = "bct_01kaqz3e5hf0bax8wtvn9g8c2d")]
    id: BroadcastId,
    name: String,
    title: Option<String>,
    #[schema(value_type = schema::Purpose)]
    purpose: Purpose,
    /// A hash of what the file means. Approval and preview are for one version.
    version: String,
    /// Recipients are listed one by one; otherwise the file's condition chooses them.
    listed: bool,
    /// Share kept back to compare with, in percent.
    holdout_percent: f64,
    #[schema(value_type = schema::BroadcastState)]
    state: BroadcastState,
    /// Recipients in the frozen audience, and how many of them go first.
    recipients: u64,
    canary: u64,
    progress: ProgressView,
    /// What it needs before it may start; empty when nothing is missing.
    missing: Vec<MissingView>,
    approved_by: Option<String>,
    #[schema(value_type = String)]
    author: UserId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    /// When it began: lateness counts from here.
    #[schema(value_type = Option<String>, format = DateTime)]
    began_at: Option<Timestamp>,
    /// How it came into each state, oldest first.
    history: Vec<TurnView>,
    source: String,
}

#[derive(Serialize, ToSchema)]
pub struct ProgressView {
    /// Recipients by state: `pending`, `queued`, `in_doubt`, `sent`, `delivered`, `read`, `failed`, `expired`, `cancelled`, `silent`, `held_out`.
    states: BTreeMap<&'static str, u64>,
    /// Why recipients got nothing, by state and code.
    causes: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// What the providers took.
    sent: u64,
    replied: u64,
    opted_out: u64,
    /// Of those, people who told the provider.
    complained: u64,
    /// Messages in which somebody followed a link, and that somebody opened; machines not counted. Only where the sender tracks it.
    clicked: u64,
    opened: u64,
    /// Messages in which a scanner, a preview or a prefetch followed a link.
    clicked_by_machine: u64,
}

#[derive(Serialize, ToSchema)]
pub struct MissingView {
    /// `approval`, `holdout` or `preview`.
    item: &'static str,
    remedy: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct TurnView {
    #[schema(value_type = schema::BroadcastState)]
    to: BroadcastState,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    by: String,
    reason: Option<String>,
}

impl From<Missing> for MissingView {
    fn from(missing: Missing) -> Self {
        Self { item: missing.as_str(), remedy: missing.remedy() }
    }
}

impl ProgressView {
    fn of(progress: Progress, engagement: &[Counter]) -> Self {
        let done = |name: &str| {
            let sum: i64 = engagement.iter().filter(|counter| counter.name == name).map(|counter| counter.value).sum();
            u64::try_from(sum).unwrap_or_default()
        };
        let sent = progress.sent();
        Self {
            states: progress.states.into_iter().map(|(state, count)| (state.as_str(), count)).collect(),
            causes: progress.causes.into_iter().map(|(state, codes)| (state.as_str(), codes)).collect(),
            sent,
            replied: progress.replied,
            opted_out: progress.opted_out,
            complained: progress.complained,
            clicked: done("clicked"),
            opened: done("opened"),
            clicked_by_machine: done("clicked_by_machine"),
        }
    }
}

pub async fn view(state: &ApiState, ws: WorkspaceId, broadcast: Broadcast) -> Result<BroadcastView, Problem> {
    let counters = state.store().counters(ws, &broadcast_scope(broadcast.id)).await?;
    let engagement = state.store().counters(ws, &engagement_scope(broadcast.id)).await?;
    let progress = Progress::of(counters.iter().map(|counter| (counter.key.as_str(), counter.name.as_str(), counter.value)));
    let before = matches!(broadcast.state, BroadcastState::Draft | BroadcastState::Freezing | BroadcastState::Checking);
    let recipients = if before { progress.total() } else { broadcast.recipients };
    let guard = state.engine().broadcast_guard(ws);
    let missing = if before { guard.missing(&broadcast, recipients) } else { Vec::new() };
    let approval = broadcast.approval.as_ref().filter(|approval| approval.version == broadcast.version);
    Ok(BroadcastView {
        id: broadcast.id,
        approved_by: approval.map(|approval| approval.by.to_string()),
        name: broadcast.name,
        title: broadcast.title,
        purpose: broadcast.purpose,
        version: broadcast.version,
        listed: broadcast.listed,
        holdout_percent: f64::from(broadcast.holdout) / 100.0,
        state: broadcast.state,
        recipients,
        canary: broadcast.canary,
        progress: ProgressView::of(progress, &engagement),
        missing: missing.into_iter().map(MissingView::from).collect(),
        author: broadcast.author,
        created_at: broadcast.created_at,
        starts_at: broadcast.starts_at,
        began_at: broadcast.due_at,
        history: broadcast
            .history
            .into_iter()
            .map(|turn| TurnView { to: turn.to, at: turn.at, by: turn.by, reason: turn.reason })
            .collect(),
        source: broadcast.source,
    })
}
