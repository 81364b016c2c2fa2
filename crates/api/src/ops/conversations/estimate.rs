//! What a reply would cost.

use model::ConversationId;

use super::act::load;
use crate::engine::Estimate;
use crate::ops::messages::DraftInput;
use crate::ops::prelude::*;

/// Price, parts and alphabet of a reply before it is sent, by the gate and the rate table that will price it (A60). Sends nothing.
#[utoipa::path(post, path = "/v1/conversations/{id}/estimate", operation_id = "estimate_reply", tag = "conversations", params(("id" = String, Path)),
    request_body = DraftInput, responses((status = 200, body = Estimate)), security(("api_key" = ["conversations:read"])))]
pub async fn estimate_reply(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    body: Body<DraftInput>,
) -> Result<Json<Estimate>, Problem> {
    let conversation = load(&state, principal.workspace, id).await?;
    let draft = body.value.read("", &state, principal.workspace, conversation.contact).await?;
    let estimate = state.engine().estimate(principal.workspace, id, draft).await?;
    estimate.map(Json).ok_or_else(|| Problem::not_found("the conversation"))
}
