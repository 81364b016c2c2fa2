//! Forms of a sender.

use model::SenderId;

use crate::engine::FormView;
use crate::ops::prelude::*;

/// Forms whose pages this server gives, each with what it asks.
#[utoipa::path(get, path = "/v1/senders/{id}/forms", operation_id = "list_forms", tag = "settings", params(("id" = String, Path)),
    responses((status = 200, body = List<FormView>)), security(("api_key" = ["settings:read"])))]
pub async fn list_forms(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
) -> Result<Json<List<FormView>>, Problem> {
    Ok(List::whole(state.engine().forms(principal.workspace, id).await?))
}
