//! A note for colleagues.

use model::ConversationId;
use model::signal::AgentAct;

use super::act::{act_once, load};
use crate::once::mark_replayed;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "Called back; wants the morning." }))]
pub struct NewNote {
    text: String,
}

/// Adds a note. It stays inside: there is no way from a note to a channel.
#[utoipa::path(post, path = "/v1/conversations/{id}/notes", operation_id = "add_conversation_note", tag = "conversations",
    params(("id" = String, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = NewNote, responses((status = 201, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn add_conversation_note(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewNote>,
) -> Result<Response, Problem> {
    let text = body.value.text;
    if text.trim().is_empty() || text.chars().count() > 10_000 {
        return Err(Problem::invalid(vec![Fault::new("/text", "a note has 1 to 10,000 characters")]));
    }
    let conversation = load(&state, principal.workspace, id).await?;
    let once = Some(("add_conversation_note", key, body.fingerprint));
    let applied = act_once(&state, &principal, &conversation, AgentAct::Note { text }, once).await?;
    let response = (StatusCode::CREATED, Json(load(&state, principal.workspace, id).await?)).into_response();
    Ok(if applied.replayed { mark_replayed(response) } else { response })
}
