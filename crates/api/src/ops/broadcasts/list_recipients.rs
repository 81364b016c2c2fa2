//! Who gets a broadcast, and what became of each.

use model::BroadcastId;
use model::broadcast::{Recipient, RecipientState};

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_broadcast_recipients");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// One of the states, such as `silent`.
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Recipients with what became of each and why. How many there are in each state is in the broadcast's `progress`.
#[utoipa::path(get, path = "/v1/broadcasts/{id}/recipients", operation_id = "list_broadcast_recipients", tag = "broadcasts",
    params(("id" = String, Path), Filter), responses((status = 200, body = List<schema::Recipient>)), security(("api_key" = ["broadcasts:read"])))]
pub async fn list_broadcast_recipients(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<BroadcastId>,
    Query(q): Query<Filter>,
) -> Result<Json<List<Recipient>>, Problem> {
    let wanted = words::<RecipientState>("state", q.state.as_deref())?;
    if wanted.len() > 1 {
        return Err(Problem::new(Code::InvalidQuery, "state: name one"));
    }
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    super::load(&state, principal.workspace, id).await?;
    let rows = state.store().recipients(principal.workspace, id, wanted.first().copied(), page).await?;
    Ok(LIST.answer(rows, |row| row))
}
