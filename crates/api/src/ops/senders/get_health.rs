//! How a number stands at its provider.

use model::SenderId;

use crate::engine::SenderHealth;
use crate::ops::prelude::*;

/// How the number stood when it was last asked: quality, name, messaging limit, throughput, complaints. It is asked every hour, and when the provider
/// tells of a change.
#[utoipa::path(get, path = "/v1/senders/{id}/health", operation_id = "get_sender_health", tag = "settings", params(("id" = String, Path)),
    responses((status = 200, body = SenderHealth)), security(("api_key" = ["settings:read"])))]
pub async fn get_sender_health(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
) -> Result<Json<SenderHealth>, Problem> {
    let known = state.engine().sender_health(principal.workspace, id).await?;
    known.map(Json).ok_or_else(|| Problem::not_found("the health of this sender"))
}

/// Asks the provider now.
#[utoipa::path(post, path = "/v1/senders/{id}/health", operation_id = "check_sender", tag = "settings", params(("id" = String, Path)),
    responses((status = 200, body = SenderHealth)), security(("api_key" = ["settings:write"])))]
pub async fn check_sender(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
) -> Result<Json<SenderHealth>, Problem> {
    Ok(Json(state.engine().check_sender(principal.workspace, id).await?))
}
