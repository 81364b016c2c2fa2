//! Closing a case.

use model::ConversationId;
use model::case::Conversation;
use model::signal::AgentAct;

use super::act::act;
use crate::ops::prelude::*;

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "category": "rescheduled" }))]
pub struct Closure {
    /// What it was about.
    #[serde(default)]
    category: Option<String>,
}

/// Resolves the open case.
#[utoipa::path(post, path = "/v1/conversations/{id}/closure", operation_id = "close_conversation", tag = "conversations", params(("id" = String, Path)),
    request_body = Closure, responses((status = 200, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn close_conversation(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    body: Body<Closure>,
) -> Result<Json<Conversation>, Problem> {
    let category = body.value.category.map(|c| c.trim().to_owned()).filter(|c| !c.is_empty());
    if category.as_ref().is_some_and(|c| c.chars().count() > 100) {
        return Err(Problem::invalid(vec![Fault::new("/category", "has at most 100 characters")]));
    }
    act(&state, &principal, id, AgentAct::Resolve { category }).await
}
