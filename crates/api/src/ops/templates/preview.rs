//! How a template will look.

use std::collections::BTreeMap;

use model::content::TemplatePreview;
use model::{ContactId, TemplateId};

use crate::engine::TemplateUse;
use crate::ops::prelude::*;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    language: Option<String>,
    /// Fill it for this contact; with samples when absent.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    contact: Option<String>,
}

/// The template as a person would see it.
#[utoipa::path(get, path = "/v1/templates/{id}/preview", operation_id = "preview_template", tag = "templates", params(("id" = String, Path), Filter),
    responses((status = 200, body = schema::TemplatePreview)), security(("api_key" = ["templates:read"])))]
pub async fn preview_template(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
    Query(q): Query<Filter>,
) -> Result<Json<TemplatePreview>, Problem> {
    super::load(&state, principal.workspace, id).await?;
    let contact: Option<ContactId> = one("contact", q.contact.as_deref())?;
    if let Some(contact) = contact {
        crate::ops::contacts::exists(&state, principal.workspace, contact).await?;
    }
    let with = TemplateUse { id, language: q.language, variables: BTreeMap::new() };
    Ok(Json(state.engine().render_template(principal.workspace, contact, &with).await?.preview))
}
