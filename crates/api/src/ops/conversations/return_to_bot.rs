//! Letting journeys speak again.

use model::ConversationId;
use model::case::Conversation;
use model::signal::AgentAct;

use super::act::{Nothing, act};
use crate::ops::prelude::*;

/// Ends a person's ownership: journeys may speak again.
#[utoipa::path(post, path = "/v1/conversations/{id}/return_to_bot", operation_id = "return_conversation_to_bot", tag = "conversations", params(("id" = String, Path)),
    request_body = Nothing, responses((status = 200, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn return_conversation_to_bot(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    _: Body<Nothing>,
) -> Result<Json<Conversation>, Problem> {
    act(&state, &principal, id, AgentAct::ReturnToBot).await
}
