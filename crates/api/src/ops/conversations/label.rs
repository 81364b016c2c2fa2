//! Labels.

use model::ConversationId;
use model::case::Conversation;
use model::signal::AgentAct;

use super::act::act;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "add": ["vip"], "remove": [] }))]
pub struct LabelChange {
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

/// Adds and removes labels.
#[utoipa::path(post, path = "/v1/conversations/{id}/labels", operation_id = "label_conversation", tag = "conversations", params(("id" = String, Path)),
    request_body = LabelChange, responses((status = 200, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn label_conversation(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    body: Body<LabelChange>,
) -> Result<Json<Conversation>, Problem> {
    let LabelChange { add, remove } = body.value;
    if add.iter().any(|l| l.trim().is_empty() || l.chars().count() > 50) || add.len() > 20 {
        return Err(Problem::invalid(vec![Fault::new("/add", "at most 20 labels of 1 to 50 characters")]));
    }
    act(&state, &principal, id, AgentAct::Label { add, remove }).await
}
