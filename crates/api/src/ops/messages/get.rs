//! One message.

use model::{Message, MessageId, WorkspaceId};

use super::public;
use crate::ops::prelude::*;

/// A message with its content, statuses, price and error.
#[utoipa::path(get, path = "/v1/messages/{id}", operation_id = "get_message", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, body = schema::Message)), security(("api_key" = ["messages:read"])))]
pub async fn get_message(State(state): State<ApiState>, principal: Principal, Path(id): Path<MessageId>) -> Result<Json<Message>, Problem> {
    Ok(Json(load(&state, principal.workspace, id).await?))
}

/// The message as callers see it, or a 404.
pub async fn load(state: &ApiState, ws: WorkspaceId, id: MessageId) -> Result<Message, Problem> {
    state.store().message(ws, id).await?.map(public).ok_or_else(|| Problem::not_found("the message"))
}
