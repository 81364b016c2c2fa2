//! Signals that could not be processed.

use storage::Parked;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_parked_signals");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Signals that were accepted and could not be processed, with the reason. They hold up nobody.
#[utoipa::path(get, path = "/v1/parked_signals", operation_id = "list_parked_signals", tag = "operations", params(Filter),
    responses((status = 200, body = List<schema::Parked>)), security(("api_key" = ["operations:read"])))]
pub async fn list_parked_signals(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<Parked>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    Ok(LIST.answer(state.store().parked(principal.workspace, page).await?, |parked| parked))
}
