//! Taking a template away.

use model::TemplateId;

use crate::ops::prelude::*;

/// Deletes a template in all its languages, at the provider too. One that an open journey sends is kept (409). WhatsApp keeps the name of what
/// it had approved for 30 days.
#[utoipa::path(delete, path = "/v1/templates/{id}", operation_id = "delete_template", tag = "templates", params(("id" = String, Path)),
    responses((status = 204)), security(("api_key" = ["templates:write"])))]
pub async fn delete_template(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
) -> Result<StatusCode, Problem> {
    super::load(&state, principal.workspace, id).await?;
    state.engine().delete_template(principal.workspace, id, &principal.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
