//! Freezing, starting, pausing, resuming and stopping a broadcast.

use model::{BroadcastId, Timestamp};

use super::view::{BroadcastView, view};
use crate::engine::BroadcastWish;
use crate::ops::prelude::*;

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Write the audience down, so that it can be looked at and approved.
    Freeze,
    /// Begin now, or at `at`. The audience of a draft is frozen first.
    Start,
    /// Nothing leaves any more; what is queued waits.
    Pause,
    Resume,
    /// What has not left is taken back. There is no way back from this.
    Stop,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "act": "stop", "reason": "the price is wrong" }))]
pub struct BroadcastTurn {
    act: Act,
    /// With `start`: not before this.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// Kept in its history, and with the recipients whom a stop concerns.
    #[serde(default)]
    reason: Option<String>,
}

/// Leads a broadcast on. A large one that lacks something is refused with the code `broadcast_incomplete`, which lists all that is missing (A30).
/// A pause and a stop hold from the next step on: after the answer nothing more is handed over; calls under way end by themselves.
#[utoipa::path(post, path = "/v1/broadcasts/{id}/turns", operation_id = "act_on_broadcast", tag = "broadcasts", params(("id" = String, Path)),
    request_body = BroadcastTurn, responses((status = 200, body = BroadcastView)), security(("api_key" = ["broadcasts:write"])))]
pub async fn act_on_broadcast(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<BroadcastId>,
    body: Body<BroadcastTurn>,
) -> Result<Json<BroadcastView>, Problem> {
    let BroadcastTurn { act, at, reason } = body.value;
    let mut faults = Vec::new();
    if at.is_some() && !matches!(act, Act::Start) {
        faults.push(Fault::new("/at", "only a start has a time"));
    }
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > 500) {
        faults.push(Fault::new("/reason", "must have at most 500 characters"));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let wish = match act {
        Act::Freeze => BroadcastWish::Freeze,
        Act::Start => BroadcastWish::Start { at },
        Act::Pause => BroadcastWish::Pause,
        Act::Resume => BroadcastWish::Resume,
        Act::Stop => BroadcastWish::Stop,
    };
    let (ws, by) = (principal.workspace, principal.actor());
    let broadcast = state.engine().ask_broadcast(ws, id, &wish, &by, reason.as_deref()).await?;
    Ok(Json(view(&state, ws, broadcast).await?))
}
