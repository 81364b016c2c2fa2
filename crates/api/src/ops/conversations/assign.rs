//! Giving a case to a person or a queue.

use model::ConversationId;
use model::case::Conversation;
use model::signal::AgentAct;

use super::act::act;
use crate::documents::{Queue, User};
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "user_id": "me" }))]
pub struct Assignment {
    /// A user's id, `me`, or `null` for nobody.
    #[serde(default)]
    user_id: Option<String>,
    /// Another queue.
    #[serde(default)]
    queue: Option<String>,
}

/// Assigns a case to a person, to nobody, or to another queue.
#[utoipa::path(post, path = "/v1/conversations/{id}/assignment", operation_id = "assign_conversation", tag = "conversations", params(("id" = String, Path)),
    request_body = Assignment, responses((status = 200, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn assign_conversation(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    body: Body<Assignment>,
) -> Result<Json<Conversation>, Problem> {
    let Assignment { user_id, queue } = body.value;
    let to = match user_id.as_deref() {
        Some("me") => Some(principal.person()),
        Some(text) => {
            let user = state.store().get::<User>(principal.workspace, text).await?.filter(|u| u.value.active);
            let user = user.ok_or_else(|| Problem::invalid(vec![Fault::new("/user_id", "is no active user")]))?;
            Some(user.value.id)
        }
        None => None,
    };
    if let Some(queue) = &queue
        && state.store().get::<Queue>(principal.workspace, queue).await?.is_none()
    {
        return Err(Problem::invalid(vec![Fault::new("/queue", "there is no queue with this id")]));
    }
    act(&state, &principal, id, AgentAct::Assign { to, queue }).await
}
