//! Messages, filtered.

use model::message::Direction;
use model::{Message, MessageStatus};
use storage::MessageFilter;

use super::public;
use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_messages");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    contact: Option<String>,
    #[serde(default)]
    conversation: Option<String>,
    /// `in` or `out`.
    #[serde(default)]
    direction: Option<String>,
    /// Statuses, separated by commas.
    #[serde(default)]
    status: Option<String>,
    /// A journey's name.
    #[serde(default)]
    journey: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Messages, newest first.
#[utoipa::path(get, path = "/v1/messages", operation_id = "list_messages", tag = "messages", params(Filter),
    responses((status = 200, body = List<schema::Message>)), security(("api_key" = ["messages:read"])))]
pub async fn list_messages(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<Message>>, Problem> {
    let direction = words::<Direction>("direction", q.direction.as_deref())?;
    let filter = MessageFilter {
        contact: one("contact", q.contact.as_deref())?,
        conversation: one("conversation", q.conversation.as_deref())?,
        // Both named is as none named.
        direction: if let [one] = direction.as_slice() { Some(*one) } else { None },
        statuses: words::<MessageStatus>("status", q.status.as_deref())?,
        journey: q.journey.filter(|j| !j.is_empty()),
    };
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    Ok(LIST.answer(state.store().messages(principal.workspace, filter, page).await?, public))
}
