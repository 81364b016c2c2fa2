//! The inbox's lists.

use model::UserId;
use model::case::{Conversation, ConversationStatus};
use storage::ConversationFilter;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_conversations");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// `bot`, `waiting`, `open`, `resolved`; several separated by commas.
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    queue: Option<String>,
    /// `me`, `none`, or a user's id.
    #[serde(default)]
    assignee: Option<String>,
    #[serde(default)]
    search: Option<String>,
    #[serde(default)]
    contact: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Conversations, latest message first.
#[utoipa::path(get, path = "/v1/conversations", operation_id = "list_conversations", tag = "conversations", params(Filter),
    responses((status = 200, body = List<schema::Conversation>)), security(("api_key" = ["conversations:read"])))]
pub async fn list_conversations(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<Conversation>>, Problem> {
    let assignee = match q.assignee.as_deref() {
        Some("me") => Some(principal.person()),
        Some("none") => None,
        other => one::<UserId>("assignee", other)?,
    };
    let filter = ConversationFilter {
        statuses: words::<ConversationStatus>("status", q.status.as_deref())?,
        queue: q.queue.filter(|s| !s.is_empty()),
        assignee,
        unassigned: q.assignee.as_deref() == Some("none"),
        search: q.search.map(|s| s.trim().to_lowercase()).filter(|s| !s.is_empty()),
        contact: one("contact", q.contact.as_deref())?,
    };
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    Ok(LIST.answer(state.store().conversations(principal.workspace, filter, page).await?, |conversation| conversation))
}
