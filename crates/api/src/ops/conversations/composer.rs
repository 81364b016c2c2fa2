//! What an agent can answer with.

use model::ConversationId;

use crate::engine::Composer;
use crate::ops::prelude::*;

/// Channels, windows, prices and templates for the next reply, as they are now (A99).
#[utoipa::path(get, path = "/v1/conversations/{id}/composer", operation_id = "get_composer", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Composer)), security(("api_key" = ["conversations:read"])))]
pub async fn get_composer(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
) -> Result<Json<Composer>, Problem> {
    let composer = state.engine().composer(principal.workspace, id).await?;
    composer.map(Json).ok_or_else(|| Problem::not_found("the conversation"))
}
