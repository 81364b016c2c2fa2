//! Taking in what the provider has.

use crate::engine::TemplateSync;
use crate::ops::prelude::*;

/// Reads every template of the connected WhatsApp accounts: new ones are made here, states, categories and quality are brought up to date, and a
/// text that was changed at the provider is changed here. Drafts of ours stay.
#[utoipa::path(post, path = "/v1/template_syncs", operation_id = "sync_templates", tag = "templates",
    responses((status = 200, body = TemplateSync)), security(("api_key" = ["templates:write"])))]
pub async fn sync_templates(State(state): State<ApiState>, principal: Principal) -> Result<Json<TemplateSync>, Problem> {
    Ok(Json(state.engine().sync_templates(principal.workspace, &principal.actor()).await?))
}
