//! One broadcast.

use model::BroadcastId;

use super::view::{BroadcastView, view};
use crate::ops::prelude::*;

/// A broadcast with its progress, and with what it needs before it may start.
#[utoipa::path(get, path = "/v1/broadcasts/{id}", operation_id = "get_broadcast", tag = "broadcasts", params(("id" = String, Path)),
    responses((status = 200, body = BroadcastView)), security(("api_key" = ["broadcasts:read"])))]
pub async fn get_broadcast(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<BroadcastId>,
) -> Result<Json<BroadcastView>, Problem> {
    let broadcast = super::load(&state, principal.workspace, id).await?;
    Ok(Json(view(&state, principal.workspace, broadcast).await?))
}
