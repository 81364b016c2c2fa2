//! A new template.

use model::TemplateId;

use crate::engine::TemplateDraft;
use crate::ops::prelude::*;

/// Makes a template. It can be sent once a provider has approved it.
#[utoipa::path(post, path = "/v1/templates", operation_id = "create_template", tag = "templates", params(("idempotency-key" = Option<String>, Header)),
    request_body = TemplateDraft, responses((status = 201, body = schema::Template)), security(("api_key" = ["templates:write"])))]
pub async fn create_template(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<TemplateDraft>,
) -> Result<Response, Problem> {
    let draft = body.value;
    let once = Once { state: &state, principal: &principal, operation: "create_template", key, fingerprint: body.fingerprint };
    let (engine, ws, author) = (state.engine(), principal.workspace, principal.person());
    once.run(|id| async move {
        let id = TemplateId::from_u128(id);
        // A try that was cut off may have made it already; then this is the same change again.
        let is_new = engine.templates(ws).await?.iter().all(|t| t.id != id);
        Created::of(&engine.put_template(ws, id, draft, author, is_new).await?)
    })
    .await
}
