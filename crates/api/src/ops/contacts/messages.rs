//! A contact's messages.

use model::{ContactId, Message};
use storage::MessageFilter;

use crate::ops::messages::public;
use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_contact_messages");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Messages to and from a contact, newest first.
#[utoipa::path(get, path = "/v1/contacts/{id}/messages", operation_id = "list_contact_messages", tag = "contacts", params(("id" = String, Path), Filter),
    responses((status = 200, body = List<schema::Message>)), security(("api_key" = ["messages:read"])))]
pub async fn list_contact_messages(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
    Query(q): Query<Filter>,
) -> Result<Json<List<Message>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    super::exists(&state, principal.workspace, id).await?;
    let filter = MessageFilter { contact: Some(id), ..MessageFilter::default() };
    Ok(LIST.answer(state.store().messages(principal.workspace, filter, page).await?, public))
}
