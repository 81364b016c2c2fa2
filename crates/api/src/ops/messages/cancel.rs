//! Taking a message back before it leaves.

use model::signal::{AgentAct, SignalBody, Target};
use model::{Message, MessageId};

use crate::ops::prelude::*;

/// Takes back a message that is still queued.
#[utoipa::path(post, path = "/v1/messages/{id}/cancellation", operation_id = "cancel_message", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, body = schema::Message)), security(("api_key" = ["messages:send"])))]
pub async fn cancel_message(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<MessageId>,
) -> Result<Json<Message>, Problem> {
    let message = super::get::load(&state, principal.workspace, id).await?;
    let act = SignalBody::Agent { user: principal.person(), act: AgentAct::CancelMessage { message: id } };
    apply(&state, &principal, Ask::new(Target::Contact(message.contact), act)).await?;
    Ok(Json(super::get::load(&state, principal.workspace, id).await?))
}
