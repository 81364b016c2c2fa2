//! Having looked.

use model::ConversationId;
use model::case::Conversation;
use model::signal::AgentAct;

use super::act::{Nothing, act};
use crate::engine::Presence;
use crate::ops::prelude::*;

/// Marks everything as seen by a person, and shows the contact that they were read where the channel can and the sender's settings allow it.
#[utoipa::path(post, path = "/v1/conversations/{id}/read", operation_id = "mark_conversation_read", tag = "conversations", params(("id" = String, Path)),
    request_body = Nothing, responses((status = 200, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn mark_conversation_read(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    _: Body<Nothing>,
) -> Result<Json<Conversation>, Problem> {
    let conversation = act(&state, &principal, id, AgentAct::MarkRead).await?;
    // A provider that cannot be told now changes nothing for whoever reads.
    let _shown = state.engine().show(principal.workspace, conversation.contact, Presence::Read).await;
    Ok(conversation)
}
