//! Where the short links of a message lead.

use model::MessageId;

use crate::engine::MessageLink;
use crate::ops::prelude::*;

/// The short links of a text, each with where it leads: people who read the thread see only the short ones. Empty where there are none, and once
/// their time is over.
#[utoipa::path(get, path = "/v1/messages/{id}/links", operation_id = "list_message_links", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, body = List<MessageLink>)), security(("api_key" = ["messages:read"])))]
pub async fn list_message_links(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<MessageId>,
) -> Result<Json<List<MessageLink>>, Problem> {
    let message = super::get::load(&state, principal.workspace, id).await?;
    Ok(List::whole(state.engine().message_links(principal.workspace, &message).await?))
}
