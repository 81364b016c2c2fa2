//! Changing the rulebook.

use crate::ops::prelude::*;

/// Replaces the rulebook. It is checked first, and holds from the next step on.
#[utoipa::path(put, path = "/v1/policy", operation_id = "update_policy", tag = "settings",
    request_body = schema::Object, responses((status = 200, body = schema::Object)), security(("api_key" = ["settings:write"])))]
pub async fn update_policy(
    State(state): State<ApiState>,
    principal: Principal,
    body: Body<schema::Object>,
) -> Result<Json<serde_json::Value>, Problem> {
    let rulebook = serde_json::Value::Object(body.value);
    Ok(Json(state.engine().put_policy(principal.workspace, rulebook, &principal.actor()).await?))
}
