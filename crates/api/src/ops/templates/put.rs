//! Changing a template's source.

use model::TemplateId;
use model::template::Template;

use crate::engine::TemplateDraft;
use crate::ops::prelude::*;

/// Replaces a template's source. Languages whose text did not change keep their approval; the others are drafts again.
#[utoipa::path(put, path = "/v1/templates/{id}", operation_id = "update_template", tag = "templates", params(("id" = String, Path)),
    request_body = TemplateDraft, responses((status = 200, body = schema::Template)), security(("api_key" = ["templates:write"])))]
pub async fn update_template(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
    body: Body<TemplateDraft>,
) -> Result<Json<Template>, Problem> {
    super::load(&state, principal.workspace, id).await?;
    Ok(Json(state.engine().put_template(principal.workspace, id, body.value, principal.person(), false).await?))
}
