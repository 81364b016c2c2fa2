//! The second pair of eyes.

use model::TemplateId;
use model::template::Template;

use crate::ops::prelude::*;

/// Approves the texts that are drafts, before the provider is asked. Whoever wrote a text cannot approve it, whether by themselves or by a key of theirs.
#[utoipa::path(post, path = "/v1/templates/{id}/approval", operation_id = "approve_template", tag = "templates", params(("id" = String, Path)),
    responses((status = 200, body = schema::Template)), security(("api_key" = ["templates:approve"])))]
pub async fn approve_template(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
) -> Result<Json<Template>, Problem> {
    super::load(&state, principal.workspace, id).await?;
    Ok(Json(state.engine().approve_template(principal.workspace, id, principal.person(), &principal.actor()).await?))
}
