//! Making a form.

use model::SenderId;

use crate::engine::{FormDraft, FormView};
use crate::ops::prelude::*;

/// Makes a form at the provider and publishes it. Its requests come encrypted to this server, which checks each page and gives the next; the answers
/// come back as the event `form_filled`. A number's first form also makes and uploads its key.
#[utoipa::path(post, path = "/v1/senders/{id}/forms", operation_id = "create_form", tag = "settings",
    params(("id" = String, Path), ("idempotency-key" = Option<String>, Header)), request_body = FormDraft,
    responses((status = 201, body = FormView)), security(("api_key" = ["settings:write"])))]
pub async fn create_form(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<FormDraft>,
) -> Result<Response, Problem> {
    let draft = body.value;
    let once = Once { state: &state, principal: &principal, operation: "create_form", key, fingerprint: body.fingerprint };
    let (engine, ws) = (state.engine(), principal.workspace);
    once.run(|_| async move { Created::of(&engine.create_form(ws, id, draft).await?) }).await
}
