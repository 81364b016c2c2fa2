//! Changing a broadcast that has not begun.

use model::BroadcastId;

use super::create::BroadcastSource;
use super::view::{BroadcastView, view};
use crate::ops::prelude::*;

/// Replaces the file. Approval and preview were of the old version and count no more. Once the audience is frozen, the new file must choose the
/// same one.
#[utoipa::path(patch, path = "/v1/broadcasts/{id}", operation_id = "update_broadcast", tag = "broadcasts", params(("id" = String, Path)),
    request_body = BroadcastSource, responses((status = 200, body = BroadcastView)), security(("api_key" = ["broadcasts:write"])))]
pub async fn update_broadcast(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<BroadcastId>,
    body: Body<BroadcastSource>,
) -> Result<Json<BroadcastView>, Problem> {
    let (ws, by) = (principal.workspace, principal.actor());
    let outcome = state.engine().update_broadcast(ws, id, &body.value.source, principal.person(), &by).await?;
    Ok(Json(view(&state, ws, super::written(outcome)?).await?))
}
