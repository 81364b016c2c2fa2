//! Having looked.

use model::ConversationId;
use model::case::Conversation;
use model::signal::AgentAct;

use super::act::{Nothing, act};
use crate::ops::prelude::*;

/// Marks everything as seen by a person.
#[utoipa::path(post, path = "/v1/conversations/{id}/read", operation_id = "mark_conversation_read", tag = "conversations", params(("id" = String, Path)),
    request_body = Nothing, responses((status = 200, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn mark_conversation_read(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    _: Body<Nothing>,
) -> Result<Json<Conversation>, Problem> {
    act(&state, &principal, id, AgentAct::MarkRead).await
}
