//! The profile that people see.

use model::SenderId;

use crate::engine::SenderProfile;
use crate::ops::prelude::*;

/// What people see when they look at the number, as the provider has it now.
#[utoipa::path(get, path = "/v1/senders/{id}/profile", operation_id = "get_sender_profile", tag = "settings", params(("id" = String, Path)),
    responses((status = 200, body = SenderProfile)), security(("api_key" = ["settings:read"])))]
pub async fn get_sender_profile(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
) -> Result<Json<SenderProfile>, Problem> {
    Ok(Json(state.engine().sender_profile(principal.workspace, id).await?))
}
