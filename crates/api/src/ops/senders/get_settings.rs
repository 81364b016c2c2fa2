//! What a sender was connected with.

use model::SenderId;

use crate::engine::SenderSettings;
use crate::ops::prelude::*;

/// The settings of a connected sender. Secrets are named, and their values never come out.
#[utoipa::path(get, path = "/v1/senders/{id}/settings", operation_id = "get_sender_settings", tag = "settings", params(("id" = String, Path)),
    responses((status = 200, body = SenderSettings)), security(("api_key" = ["settings:read"])))]
pub async fn get_sender_settings(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
) -> Result<Json<SenderSettings>, Problem> {
    Ok(Json(state.engine().sender_settings(principal.workspace, id).await?))
}
