//! What an outage left, and a person's yes to it.

use crate::engine::RecoveryView;
use crate::ops::prelude::*;

/// What the last outage left: how much goes, how much is too late, and over how long it is spread.
#[utoipa::path(get, path = "/v1/recovery", operation_id = "get_recovery", tag = "operations",
    responses((status = 200, body = RecoveryView), (status = 404, description = "There was no outage")),
    security(("api_key" = ["operations:read"])))]
pub async fn get_recovery(State(state): State<ApiState>, principal: Principal) -> Result<Json<RecoveryView>, Problem> {
    let view = state.engine().recovery(principal.workspace).await?;
    view.map(Json).ok_or_else(|| Problem::not_found("a recovery"))
}

/// Says yes: what waits since the outage goes, at the senders' rates. A second yes changes nothing.
#[utoipa::path(post, path = "/v1/recovery/approval", operation_id = "approve_recovery", tag = "operations",
    responses((status = 200, body = RecoveryView), (status = 404, description = "There was no outage")),
    security(("api_key" = ["operations:write"])))]
pub async fn approve_recovery(State(state): State<ApiState>, principal: Principal) -> Result<Json<RecoveryView>, Problem> {
    let view = state.engine().approve_recovery(principal.workspace, &principal.actor()).await?;
    view.map(Json).ok_or_else(|| Problem::not_found("a recovery"))
}
