//! One template.

use model::TemplateId;
use model::template::Template;

use crate::ops::prelude::*;

/// A template with its languages and their approval.
#[utoipa::path(get, path = "/v1/templates/{id}", operation_id = "get_template", tag = "templates", params(("id" = String, Path)),
    responses((status = 200, body = schema::Template)), security(("api_key" = ["templates:read"])))]
pub async fn get_template(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
) -> Result<Json<Template>, Problem> {
    Ok(Json(super::load(&state, principal.workspace, id).await?))
}
