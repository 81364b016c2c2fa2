//! One conversation.

use model::ConversationId;
use model::case::Conversation;

use super::act::load;
use crate::ops::prelude::*;

/// A conversation with its case.
#[utoipa::path(get, path = "/v1/conversations/{id}", operation_id = "get_conversation", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = schema::Conversation)), security(("api_key" = ["conversations:read"])))]
pub async fn get_conversation(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
) -> Result<Json<Conversation>, Problem> {
    Ok(Json(load(&state, principal.workspace, id).await?))
}
