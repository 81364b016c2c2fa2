//! A contact's history.

use model::ContactId;
use model::timeline::TimelineEntry;
use storage::TimelineFilter;

use crate::ops::messages::hide_deleted;
use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_contact_timeline");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Kinds, separated by commas: `message_sent,run_entered`.
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Everything that happened to a contact, newest first.
#[utoipa::path(get, path = "/v1/contacts/{id}/timeline", operation_id = "list_contact_timeline", tag = "contacts", params(("id" = String, Path), Filter),
    responses((status = 200, body = List<schema::TimelineEntry>)), security(("api_key" = ["contacts:read"])))]
pub async fn list_contact_timeline(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
    Query(q): Query<Filter>,
) -> Result<Json<List<TimelineEntry>>, Problem> {
    let filter = TimelineFilter { kinds: words("kind", q.kind.as_deref())? };
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    super::exists(&state, principal.workspace, id).await?;
    let mut lines = state.store().timeline(principal.workspace, id, filter, page).await?;
    hide_deleted(&state, principal.workspace, &mut lines.items).await?;
    Ok(LIST.answer(lines, |entry| entry))
}
