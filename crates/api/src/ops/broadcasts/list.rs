//! All broadcasts.

use super::view::{BroadcastView, view};
use crate::documents::BroadcastDocument;
use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_broadcasts");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Broadcasts in the order in which they were made.
#[utoipa::path(get, path = "/v1/broadcasts", operation_id = "list_broadcasts", tag = "broadcasts", params(Filter),
    responses((status = 200, body = List<BroadcastView>)), security(("api_key" = ["broadcasts:read"])))]
pub async fn list_broadcasts(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<BroadcastView>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    let stored = state.store().list::<BroadcastDocument>(principal.workspace, page).await?;
    let mut items = Vec::with_capacity(stored.items.len());
    for one in stored.items {
        items.push(view(&state, principal.workspace, one.value.0).await?);
    }
    Ok(LIST.answer(storage::Paged { items, next: stored.next }, |view| view))
}
