//! Changing a connected sender.

use model::SenderId;

use crate::engine::{SenderChange, SenderView};
use crate::ops::prelude::*;

/// Changes a connected sender without giving its secrets again. It sends by the new settings at once, and is active again if it was paused.
#[utoipa::path(put, path = "/v1/senders/{id}/settings", operation_id = "update_sender_settings", tag = "settings", params(("id" = String, Path)),
    request_body = SenderChange, responses((status = 200, body = SenderView)), security(("api_key" = ["settings:write"])))]
pub async fn update_sender_settings(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
    body: Body<SenderChange>,
) -> Result<Json<SenderView>, Problem> {
    let change = body.value;
    if change.name.trim().is_empty() || change.name.chars().count() > 100 {
        return Err(Problem::invalid(vec![Fault::new("/name", "a name has 1 to 100 characters")]));
    }
    Ok(Json(state.engine().change_sender(principal.workspace, id, change).await?))
}
