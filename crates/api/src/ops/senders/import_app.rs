//! What the phone app of a number knows.

use model::SenderId;

use crate::engine::AppImport;
use crate::ops::prelude::*;

/// Has the phone app that has the number, too (WhatsApp Business app), hand over its address book, or what was said there before. Meta allows each
/// once, within 24 hours of connecting the number. It comes little by little: the names to the contacts, the messages to the beginnings of their threads.
#[utoipa::path(post, path = "/v1/senders/{id}/app_import", operation_id = "import_from_phone_app", tag = "settings", params(("id" = String, Path)),
    request_body = AppImport, responses((status = 202, description = "It was asked for")), security(("api_key" = ["settings:write"])))]
pub async fn import_from_phone_app(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
    body: Body<AppImport>,
) -> Result<StatusCode, Problem> {
    state.engine().import_from_app(principal.workspace, id, body.value.what).await?;
    Ok(StatusCode::ACCEPTED)
}
