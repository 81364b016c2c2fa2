//! All templates.

use model::template::Template;

use crate::ops::prelude::*;

/// Every template with its languages and their approval.
#[utoipa::path(get, path = "/v1/templates", operation_id = "list_templates", tag = "templates",
    responses((status = 200, body = List<schema::Template>)), security(("api_key" = ["templates:read"])))]
pub async fn list_templates(State(state): State<ApiState>, principal: Principal) -> Result<Json<List<Template>>, Problem> {
    Ok(List::whole(state.engine().templates(principal.workspace).await?))
}
