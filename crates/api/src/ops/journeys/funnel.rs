//! How far people come.

use super::counts::{Totals, all_versions, count, sums, totals};
use crate::engine::Goal;
use crate::ops::prelude::*;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// One version; all together when absent.
    #[serde(default)]
    version: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Funnel {
    version: Option<String>,
    goal: Option<Goal>,
    totals: Totals,
    /// In the file's order.
    steps: Vec<FunnelStep>,
}

/// One step's counts. Reads are a lower bound: people can switch read receipts off.
#[derive(Serialize, ToSchema)]
pub struct FunnelStep {
    step: String,
    kind: String,
    entered: i64,
    /// Standing there now.
    waiting: i64,
    left: i64,
    /// Messages that the gate let into the queue.
    queued: i64,
    /// Accepted by the provider.
    sent: i64,
    delivered: i64,
    read: i64,
    replied: i64,
    /// Messages in which somebody followed a link, and that somebody opened; machines not counted. Only where the sender tracks it.
    clicked: i64,
    opened: i64,
    /// Messages in which only or also a machine followed one: scanners, previews, prefetches.
    clicked_by_machine: i64,
    failed: i64,
    /// The gate said no, or the message was taken back or came too late.
    not_sent: i64,
}

/// A journey's funnel, step by step.
#[utoipa::path(get, path = "/v1/journeys/{name}/funnel", operation_id = "get_journey_funnel", tag = "journeys", params(("name" = String, Path), Filter),
    responses((status = 200, body = Funnel)), security(("api_key" = ["journeys:read"])))]
pub async fn get_journey_funnel(
    State(state): State<ApiState>,
    principal: Principal,
    Path(name): Path<String>,
    Query(q): Query<Filter>,
) -> Result<Json<Funnel>, Problem> {
    let detail = super::load(&state, principal.workspace, &name).await?;
    let mut versions = all_versions(&state, principal.workspace, &name).await?;
    if let Some(version) = &q.version {
        versions.retain(|v| v == version);
        if versions.is_empty() {
            return Err(Problem::not_found("this version of the journey"));
        }
    }
    let sums = sums(&state, principal.workspace, &name, &versions).await?;
    let of = |step: &str, name: &str| count(&sums, step, name);
    let steps = detail.steps.into_iter().map(|s| FunnelStep {
        entered: of(&s.id, "entered"),
        waiting: of(&s.id, "waiting"),
        left: of(&s.id, "left"),
        queued: of(&s.id, "queued"),
        sent: of(&s.id, "sent"),
        delivered: of(&s.id, "delivered"),
        read: of(&s.id, "read"),
        replied: of(&s.id, "replied"),
        clicked: of(&s.id, "clicked"),
        opened: of(&s.id, "opened"),
        clicked_by_machine: of(&s.id, "clicked_by_machine"),
        failed: of(&s.id, "failed"),
        not_sent: of(&s.id, "not_sent") + of(&s.id, "cancelled") + of(&s.id, "expired"),
        step: s.id,
        kind: s.kind,
    });
    Ok(Json(Funnel { version: q.version, goal: detail.summary.goal, totals: totals(&sums), steps: steps.collect() }))
}
