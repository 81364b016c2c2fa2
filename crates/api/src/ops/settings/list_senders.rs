//! All senders.

use crate::engine::SenderView;
use crate::ops::prelude::*;

/// Every sender and its health, without credentials.
#[utoipa::path(get, path = "/v1/senders", operation_id = "list_senders", tag = "settings",
    responses((status = 200, body = List<SenderView>)), security(("api_key" = ["settings:read"])))]
pub async fn list_senders(State(state): State<ApiState>, principal: Principal) -> Result<Json<List<SenderView>>, Problem> {
    Ok(List::whole(state.engine().senders(principal.workspace).await?))
}
