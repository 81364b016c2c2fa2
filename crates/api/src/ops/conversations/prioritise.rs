//! How urgent a case is.

use model::ConversationId;
use model::case::{Conversation, Priority};
use model::signal::AgentAct;

use super::act::act;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriority {
    #[schema(value_type = schema::Priority)]
    priority: Priority,
}

/// Sets a case's priority.
#[utoipa::path(post, path = "/v1/conversations/{id}/priority", operation_id = "set_conversation_priority", tag = "conversations", params(("id" = String, Path)),
    request_body = NewPriority, responses((status = 200, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn set_conversation_priority(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    body: Body<NewPriority>,
) -> Result<Json<Conversation>, Problem> {
    act(&state, &principal, id, AgentAct::SetPriority { priority: body.value.priority }).await
}
