//! Showing that somebody writes.

use model::ConversationId;

use super::act::{Nothing, load};
use crate::engine::Presence;
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "shown": true }))]
pub struct Typing {
    /// Whether the person sees it: not on every channel, and not where read receipts are switched off for the sender.
    shown: bool,
}

/// Shows the person, where they wrote last, that an answer is being written. Lasts for some seconds: repeat it every ten while somebody types.
#[utoipa::path(post, path = "/v1/conversations/{id}/typing", operation_id = "show_typing", tag = "conversations", params(("id" = String, Path)),
    request_body = Nothing, responses((status = 200, body = Typing)), security(("api_key" = ["conversations:write"])))]
pub async fn show_typing(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    _: Body<Nothing>,
) -> Result<Json<Typing>, Problem> {
    let conversation = load(&state, principal.workspace, id).await?;
    let shown = state.engine().show(principal.workspace, conversation.contact, Presence::Typing).await?;
    Ok(Json(Typing { shown }))
}
