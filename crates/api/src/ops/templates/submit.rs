//! Sending a template to its provider's review.

use model::TemplateId;
use model::template::Template;

use crate::ops::prelude::*;

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// All that are drafts when absent.
    #[serde(default)]
    language: Option<String>,
}

/// Submits a template for approval.
#[utoipa::path(post, path = "/v1/templates/{id}/submission", operation_id = "submit_template", tag = "templates", params(("id" = String, Path)),
    request_body = Submission, responses((status = 200, body = schema::Template)), security(("api_key" = ["templates:write"])))]
pub async fn submit_template(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
    body: Body<Submission>,
) -> Result<Json<Template>, Problem> {
    super::load(&state, principal.workspace, id).await?;
    Ok(Json(state.engine().submit_template(principal.workspace, id, body.value.language.as_deref()).await?))
}
