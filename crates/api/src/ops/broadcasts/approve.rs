//! The second pair of eyes.

use model::BroadcastId;

use super::view::{BroadcastView, view};
use crate::ops::prelude::*;

/// Approves the present version. Whoever wrote it cannot approve it, whether by themselves or by a key of theirs.
#[utoipa::path(post, path = "/v1/broadcasts/{id}/approval", operation_id = "approve_broadcast", tag = "broadcasts",
    params(("id" = String, Path)), responses((status = 200, body = BroadcastView)), security(("api_key" = ["broadcasts:approve"])))]
pub async fn approve_broadcast(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<BroadcastId>,
) -> Result<Json<BroadcastView>, Problem> {
    let ws = principal.workspace;
    let broadcast = state.engine().approve_broadcast(ws, id, principal.person(), &principal.actor()).await?;
    Ok(Json(view(&state, ws, broadcast).await?))
}
