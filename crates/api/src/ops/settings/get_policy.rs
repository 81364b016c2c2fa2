//! The rulebook.

use crate::ops::prelude::*;

/// Quiet hours, caps, consent models and rates, as the gate uses them.
#[utoipa::path(get, path = "/v1/policy", operation_id = "get_policy", tag = "settings",
    responses((status = 200, body = schema::Object)), security(("api_key" = ["settings:read"])))]
pub async fn get_policy(State(state): State<ApiState>, principal: Principal) -> Result<Json<serde_json::Value>, Problem> {
    Ok(Json(state.engine().policy(principal.workspace).await?))
}
